package dev.flops.bench.rival;

import dev.flops.alloc.train.EpochSampler;
import dev.flops.api.RandomKey;
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
 * CMA-ES (Hansen and Ostermeier 2001) of Commons Math, with its active update and λ = 4 + ⌊3 log d⌋ candidates per generation; those
 * of a generation are judged by the same batch. The result is the mean of the distribution after the last whole generation. Queries:
 * B for the start, which the library judges first, and λ B per generation.
 *
 * <p>At most {@value #MOST_PARAMETERS} parameters: the library begins with several d × d matrices, for its diagonal variant
 * ({@code diagonalOnly}) as well. More are searched in a family of fewer ({@link CoordinateFamily}).
 *
 * @param scale initial standard deviation of every coordinate, above 0
 * @param batch examples that judge a generation B, at least 1
 */
public record CmaEs(double scale, int batch) implements Rival {
    /** Matrices of 32 MB, and eigenvalues in some seconds. */
    public static final int MOST_PARAMETERS = 2048;

    /** Ends a search that the listener stopped. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Checks the ranges. */
    public CmaEs {
        Settings.requirePositive("scale", scale);
        Settings.requirePositive("batch", batch);
    }

    @Override
    public long minimumQueries(int dimension) {
        return (1L + candidates(dimension)) * batch;
    }

    @Override
    public void run(MeteredLoss loss, float[] theta, long seed, Listener listener) {
        int candidates = candidates(theta.length);
        long generations = (loss.remaining() / batch - 1) / candidates;
        if (generations < 1) {
            return;
        }
        RandomKey root = RandomKey.ofSeed(seed);
        CMAESOptimizer optimizer = optimizer(root.forPurpose(RandomKey.Purpose.PERTURBATION));
        EpochSampler sampler = new EpochSampler(loss.examples(), batch, root.forPurpose(RandomKey.Purpose.SAMPLING));
        Judge judge = new Judge(loss, sampler, candidates, optimizer, theta, listener);
        double[] scales = new double[theta.length];
        Arrays.fill(scales, scale);
        double[] start = new double[theta.length];
        Arrays.setAll(start, i -> theta[i]);
        try {
            optimizer.optimize(
                    new MaxEval(Math.toIntExact(1 + generations * candidates)),
                    GoalType.MINIMIZE,
                    new ObjectiveFunction(judge::loss),
                    new InitialGuess(start),
                    SimpleBounds.unbounded(theta.length),
                    new CMAESOptimizer.Sigma(scales),
                    new CMAESOptimizer.PopulationSize(candidates));
            judge.endGeneration();
        } catch (TooManyEvaluationsException _) {
            judge.endGeneration();
        } catch (StoppedException _) {
            // The generation that the listener was told of is the result.
        }
    }

    /** Of the full covariance matrix, with the active update, without a criterion that ends the search. */
    private static CMAESOptimizer optimizer(RandomKey key) {
        return new CMAESOptimizer(
                Integer.MAX_VALUE,
                Double.NEGATIVE_INFINITY,
                true,
                0,
                0,
                new KeyedGenerator(key),
                true,
                (int iteration, PointValuePair previous, PointValuePair current) -> false);
    }

    private static int candidates(int dimension) {
        if (dimension > MOST_PARAMETERS) {
            throw new IllegalArgumentException("dimension = " + dimension + ", expected <= " + MOST_PARAMETERS
                    + " for CMA-ES: the library begins with d x d matrices, whichever variant runs");
        }
        return 4 + (int) (3 * StrictMath.log(dimension));
    }

    /** Judges candidates, and follows the generations: the optimizer asks candidates one by one. */
    private static final class Judge {
        private final MeteredLoss objective;
        private final EpochSampler sampler;
        private final int candidates;
        private final CMAESOptimizer optimizer;
        private final float[] theta;
        private final Listener listener;
        private int generation;
        private int asked;
        private boolean started;
        private double sum;

        Judge(
                MeteredLoss objective,
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
            if (asked == candidates && !endGeneration()) {
                throw new StoppedException();
            }
            float[] candidate = new float[point.length];
            for (int i = 0; i < candidate.length; i++) {
                candidate[i] = (float) point[i];
            }
            double loss = objective.means(candidate, sampler.batch(generation))[0];
            if (started) {
                asked++;
                sum += loss;
            }
            started = true;
            return loss;
        }

        /** Reads the mean that the optimizer moved to, if a whole generation is judged. */
        boolean endGeneration() {
            if (asked < candidates) {
                return true;
            }
            List<RealMatrix> means = optimizer.getStatisticsMeanHistory();
            for (int i = 0; i < theta.length; i++) {
                theta[i] = (float) means.getLast().getEntry(0, i);
            }
            double mean = sum / candidates;
            generation++;
            asked = 0;
            sum = 0;
            return listener.onStep(theta, mean);
        }
    }
}
