package dev.flops.alloc.estimate;

import dev.flops.alloc.direction.DirectionSource;
import dev.flops.api.CostLedger;
import dev.flops.api.NumericalException;
import dev.flops.api.Objective;
import dev.flops.api.Parameters;
import dev.flops.api.StepSignals;
import dev.flops.tensor.Tensor;

/**
 * Asks an objective for losses at perturbed points, a bounded number at a time, and counts what it asks. Points are formed
 * in a buffer; the parameters are never modified.
 *
 * <p>Rows are those of a {@link SamplePlan} whose samples have K directions with one or two queries each: direction by
 * direction, +σ before −σ.
 */
final class ObjectiveQueries {
    private final Objective objective;
    private final Parameters parameters;
    private final int queriesPerCall;

    ObjectiveQueries(Objective objective, Parameters parameters, int queriesPerCall) {
        this.objective = objective;
        this.parameters = parameters;
        this.queriesPerCall = queriesPerCall;
    }

    /** ℓ_i(θ) of a batch. */
    float[] clean(int step, int[] examples, CostLedger ledger) {
        long begun = System.nanoTime();
        int d = parameters.dimension();
        float[] losses = new float[examples.length];
        for (int first = 0; first < losses.length; first += queriesPerCall) {
            int count = Math.min(queriesPerCall, losses.length - first);
            float[] points = new float[count * d];
            int[] asked = new int[count];
            for (int row = 0; row < count; row++) {
                System.arraycopy(parameters.values(), 0, points, row * d, d);
                asked[row] = examples[first + row];
            }
            ask(points, asked, losses, first, ledger);
        }
        ledger.addQueries(CostLedger.Kind.CLEAN, losses.length);
        ledger.addNanoseconds(CostLedger.Phase.CLEAN, System.nanoTime() - begun);
        for (int i = 0; i < losses.length; i++) {
            if (!Float.isFinite(losses[i])) {
                throw new NumericalException(
                        "clean loss = " + losses[i] + " for example " + examples[i] + " in step " + step);
            }
        }
        return losses;
    }

    /** Losses of all rows of the plan, in order, at θ ± σ ε. */
    float[] perturbed(
            StepSignals signals,
            SamplePlan plan,
            DirectionSource directions,
            Difference difference,
            float sigma,
            CostLedger.Kind kind,
            CostLedger ledger) {
        long begun = System.nanoTime();
        int d = parameters.dimension();
        Tensor theta = Tensor.of(parameters.values(), 1, d);
        float[] losses = new float[plan.rows()];
        int perCall = queriesPerCall / difference.queries() * difference.queries();
        SamplePlan.Position at = plan.start();
        Tensor points = Tensor.zeros(Math.min(perCall, losses.length), d);
        for (int first = 0; first < losses.length; first += perCall) {
            int count = Math.min(perCall, losses.length - first);
            if (count != points.shape().extent(0)) {
                points = Tensor.zeros(count, d);
            }
            int[] asked = new int[count];
            for (int row = 0; row < count; row++) {
                int query = at.query();
                float scale = query % difference.queries() == 0 ? sigma : -sigma;
                asked[row] = signals.examples()[at.example()];
                directions.addInto(
                        plan.address(at.example(), at.sample(), 0),
                        query / difference.queries(),
                        scale,
                        theta,
                        0,
                        points,
                        row);
                at = plan.next(at);
            }
            ask(points.array(), asked, losses, first, ledger);
        }
        ledger.addQueries(kind, losses.length);
        ledger.addFlops(DirectionContraction.flops(parameters, losses.length));
        ledger.addNanoseconds(CostLedger.Phase.SAMPLES, System.nanoTime() - begun);
        requireFinite(signals, plan, losses);
        return losses;
    }

    private void ask(float[] points, int[] asked, float[] losses, int first, CostLedger ledger) {
        float[] answers = new float[asked.length];
        long before = objective.flops();
        objective.evaluate(points, asked, answers);
        ledger.addFlops(objective.flops() - before);
        // The points of the call, what the box holds, the gradient that comes of it.
        ledger.observeBytes(Float.BYTES * ((long) points.length + parameters.dimension()) + objective.bytes());
        System.arraycopy(answers, 0, losses, first, answers.length);
    }

    private static void requireFinite(StepSignals signals, SamplePlan plan, float[] losses) {
        SamplePlan.Position at = plan.start();
        for (float loss : losses) {
            if (!Float.isFinite(loss)) {
                throw new NumericalException("perturbed loss = " + loss + " for example "
                        + signals.examples()[at.example()] + ", sample " + at.sample() + " in step " + signals.step());
            }
            at = plan.next(at);
        }
    }
}
