package dev.flops.bench.prompt;

import dev.flops.alloc.train.EpochSampler;
import dev.flops.api.RandomKey;
import dev.flops.bench.blackbox.QueryMeter;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.PointValuePair;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.CMAESOptimizer;

/**
 * CMA-ES (Hansen and Ostermeier 2001) of Commons Math, with λ = 4 + ⌊3 log d⌋ candidates per generation; those of a generation are
 * judged by the same batch. The result is the mean of the distribution after the last whole generation. Queries: λ B per
 * generation.
 *
 * @param scale initial standard deviation of every coordinate
 * @param batch examples that judge a generation B
 */
public record CmaEs(double scale, int batch) implements PromptTuner {
    /** Ends a search that the listener stopped. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public void tune(QueryMeter objective, float[] theta, long seed, Listener listener) {
        int candidates = 4 + (int) (3 * StrictMath.log(theta.length));
        if (objective.remaining() < (long) batch * candidates) {
            return;
        }
        RandomKey root = RandomKey.ofSeed(seed);
        EpochSampler sampler =
                new EpochSampler(objective.examples(), batch, root.forPurpose(RandomKey.Purpose.SAMPLING));
        CMAESOptimizer optimizer = new CMAESOptimizer(
                Integer.MAX_VALUE,
                Double.NEGATIVE_INFINITY,
                true,
                0,
                0,
                new KeyedGenerator(root.forPurpose(RandomKey.Purpose.PERTURBATION)),
                true,
                (int iteration, PointValuePair previous, PointValuePair current) -> false);
        Judge judge = new Judge(objective, sampler, candidates, optimizer, theta, listener);
        double[] scales = new double[theta.length];
        Arrays.fill(scales, scale);
        try {
            optimizer.optimize(
                    new MaxEval(Math.toIntExact(objective.remaining() / batch)),
                    GoalType.MINIMIZE,
                    new ObjectiveFunction(judge::loss),
                    new InitialGuess(new double[theta.length]),
                    SimpleBounds.unbounded(theta.length),
                    new CMAESOptimizer.Sigma(scales),
                    new CMAESOptimizer.PopulationSize(candidates));
        } catch (TooManyEvaluationsException | StoppedException e) {
            // The budget is spent, or the listener stopped the search: the usual ends.
            judge.readMean();
        }
    }

    /** Judges candidates, and follows the generations: the optimizer asks candidates one by one. */
    private static final class Judge {
        private final QueryMeter objective;
        private final EpochSampler sampler;
        private final int candidates;
        private final CMAESOptimizer optimizer;
        private final float[] theta;
        private final Listener listener;
        private int asked;
        private double sum;

        Judge(
                QueryMeter objective,
                EpochSampler sampler,
                int candidates,
                CMAESOptimizer optimizer,
                float[] theta,
                Listener listener) {
            this.objective = objective;
            this.sampler = sampler;
            this.candidates = candidates;
            this.optimizer = optimizer;
            this.theta = theta;
            this.listener = listener;
        }

        double loss(double[] point) {
            // One evaluation of the start comes before the first generation.
            int generation = Math.max(0, asked - 1) / candidates;
            if (asked > 1 && (asked - 1) % candidates == 0) {
                readMean();
                if (!listener.onStep(theta, sum / candidates)) {
                    throw new StoppedException();
                }
                sum = 0;
            }
            asked++;
            float[] candidate = new float[point.length];
            for (int i = 0; i < candidate.length; i++) {
                candidate[i] = (float) point[i];
            }
            double loss = MeanLoss.of(objective, candidate, sampler.batch(generation))[0];
            sum += loss;
            return loss;
        }

        void readMean() {
            List<RealMatrix> means = optimizer.getStatisticsMeanHistory();
            if (!means.isEmpty()) {
                for (int i = 0; i < theta.length; i++) {
                    theta[i] = (float) means.getLast().getEntry(0, i);
                }
            }
        }
    }
}
