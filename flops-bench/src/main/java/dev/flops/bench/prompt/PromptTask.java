package dev.flops.bench.prompt;

import dev.flops.alloc.train.Evaluation;
import dev.flops.api.Objective;
import dev.flops.bench.blackbox.QueryMeter;
import dev.flops.bench.compare.AllocationWorth;
import dev.flops.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tunings of prompts in front of one frozen classifier. Each learns from the training digits through queries that are counted; the
 * validation digits are looked at from time to time, and the test digits once at the end, both outside the budget. What there is without a prompt
 * is looked at once for all tunings. Not safe for use by several threads at once.
 */
public final class PromptTask {
    private final DigitScorer scorer;
    private final Workers workers;
    private final Digits train;
    private final Digits validation;
    private final Digits test;
    private final int points;
    private @Nullable Evaluation bareTest;
    private @Nullable Evaluation bareValidation;

    /** Follows a tuning. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The curve has a new point.
         *
         * @param point the point
         * @return false to stop the tuning
         */
        boolean onPoint(PromptPoint point);
    }

    /**
     * A task.
     *
     * @param scorer the frozen classifier
     * @param workers run independent forwards; they change no result
     * @param train what prompts learn from
     * @param validation what curves are drawn on
     * @param test what prompts are judged by
     * @param points points of a curve after its first, at least 1
     */
    public PromptTask(DigitScorer scorer, Workers workers, Digits train, Digits validation, Digits test, int points) {
        if (points < 1) {
            throw new IllegalArgumentException("points = " + points + ", expected >= 1");
        }
        this.scorer = scorer;
        this.workers = workers;
        this.train = train;
        this.validation = validation;
        this.test = test;
        this.points = points;
    }

    /**
     * Tunes and evaluates.
     *
     * @param config what to do
     * @param access puts something before the black box, such as a journal
     * @param listener is told of every point of the curve
     * @return what came of it
     */
    public PromptResult run(PromptConfig config, UnaryOperator<Objective> access, Listener listener) {
        check(config);
        Run run = new Run(config, listener);
        float[] theta = new float[config.prompt().dimension()];
        QueryMeter meter = new QueryMeter(access.apply(on(config, train)), config.queries());
        Evaluation zeroShot = bareTest == null ? on(config, test).evaluation(theta) : bareTest;
        bareTest = zeroShot;
        Evaluation start = bareValidation == null ? on(config, validation).evaluation(theta) : bareValidation;
        bareValidation = start;
        run.point(start, meter, null);
        run.tune(theta, meter);
        return new PromptResult(
                config,
                zeroShot,
                on(config, test).evaluation(theta),
                run.steps,
                meter.spent(),
                run.seconds(),
                run.stopped,
                run.curve,
                theta,
                run.allocation);
    }

    /**
     * Refuses a tuning that the training digits are too few for.
     *
     * @param config what to do
     * @throws IllegalArgumentException if it asks more digits together than there are
     */
    public void check(PromptConfig config) {
        if (config.tuner().batch() > train.size()) {
            throw new IllegalArgumentException("batch = " + config.tuner().batch() + " of " + config.method()
                    + ", expected <= " + train.size() + " training digits");
        }
    }

    private PromptedDigits on(PromptConfig config, Digits digits) {
        return new PromptedDigits(config.prompt(), digits, scorer, workers);
    }

    /** What is known of one tuning. */
    private final class Run {
        private final PromptConfig config;
        private final Listener listener;
        private final PromptedDigits watched;
        private final List<PromptPoint> curve = new ArrayList<>();
        private final long begun = System.nanoTime();
        private int steps;
        private @Nullable Double loss;
        private boolean stopped;
        private @Nullable AllocationWorth allocation;

        Run(PromptConfig config, Listener listener) {
            this.config = config;
            this.listener = listener;
            this.watched = on(config, validation);
        }

        void tune(float[] theta, QueryMeter meter) {
            config.tuner().tune(meter, theta, config.seed(), new PromptTuner.Listener() {
                @Override
                public boolean onStep(float[] now, double meanLoss) {
                    return Run.this.onStep(now, meter, meanLoss);
                }

                @Override
                public void onAllocation(AllocationWorth found) {
                    allocation = found;
                }
            });
            last(theta, meter);
        }

        /** A point whenever another {@code points}-th of the budget is spent. */
        boolean onStep(float[] theta, QueryMeter meter, double meanLoss) {
            steps++;
            loss = meanLoss;
            long due = curve.size() * config.queries() / points;
            return meter.spent() < due || point(watched.evaluation(theta), meter, meanLoss);
        }

        boolean point(Evaluation found, QueryMeter meter, @Nullable Double meanLoss) {
            PromptPoint point =
                    new PromptPoint(steps, meter.spent(), meanLoss, found.accuracy(), found.loss(), seconds());
            curve.add(point);
            stopped = !listener.onPoint(point);
            return !stopped;
        }

        void last(float[] theta, QueryMeter meter) {
            if (curve.getLast().step() < steps) {
                boolean before = stopped;
                point(watched.evaluation(theta), meter, loss);
                stopped = before;
            }
        }

        double seconds() {
            return (System.nanoTime() - begun) * 1e-9;
        }
    }
}
