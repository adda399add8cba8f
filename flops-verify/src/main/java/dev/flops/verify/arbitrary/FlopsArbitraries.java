package dev.flops.verify.arbitrary;

import dev.flops.api.Allocation;
import dev.flops.api.Parameters;
import dev.flops.tensor.Shape;
import dev.flops.verify.problem.CubicProblem;
import dev.flops.verify.problem.ExponentialProblem;
import dev.flops.verify.problem.LinearProblem;
import dev.flops.verify.problem.NamedProblem;
import dev.flops.verify.problem.QuadraticProblem;
import dev.flops.verify.problem.RidgeProblem;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Arbitraries of the framework's values; all of them shrink towards small and plain ones. */
public final class FlopsArbitraries {
    private static final int MAX_RANK = 4;
    private static final float LARGEST_VALUE = 2;
    private static final double CUBIC = 0.3;
    private static final List<String> KINDS = List.of("linear", "quadratic", "exponential", "cubic", "logistic");

    private FlopsArbitraries() {}

    /**
     * Shapes of one to four axes.
     *
     * @param maxExtent largest extent, at least 1
     * @return shapes; odd extents and 1 are as likely as others
     */
    public static Arbitrary<Shape> shapes(int maxExtent) {
        return Arbitraries.integers()
                .between(1, maxExtent)
                .array(int[].class)
                .ofMinSize(1)
                .ofMaxSize(MAX_RANK)
                .map(Shape::of);
    }

    /**
     * Parameters with up to four named entries of any shape and values in [−2, 2].
     *
     * @param maxExtent largest extent of an entry, at least 1
     * @return parameters, all trainable, fresh each time
     */
    public static Arbitrary<Parameters> parameters(int maxExtent) {
        Arbitrary<List<Shape>> layouts = shapes(maxExtent).list().ofMinSize(1).ofMaxSize(MAX_RANK);
        return layouts.flatMap(shapes -> {
            int dimension = shapes.stream().mapToInt(Shape::elements).sum();
            return values(dimension).map(values -> {
                Parameters.Builder builder = Parameters.builder();
                for (int i = 0; i < shapes.size(); i++) {
                    var _ = builder.add("p" + i, shapes.get(i).toArray());
                }
                Parameters parameters = builder.build();
                System.arraycopy(values, 0, parameters.values(), 0, dimension);
                return parameters;
            });
        });
    }

    /**
     * Allocations to a batch.
     *
     * @param maxBatch largest batch size, at least 1
     * @param maxSamples most samples of an example, at least 1
     * @return allocations with n_i in [1, maxSamples]
     */
    public static Arbitrary<Allocation> allocations(int maxBatch, int maxSamples) {
        return Arbitraries.integers()
                .between(1, maxSamples)
                .array(int[].class)
                .ofMinSize(1)
                .ofMaxSize(maxBatch)
                .map(Allocation::of);
    }

    /**
     * Losses of a batch as classifiers have them: mostly easy examples with losses near 0, some of order 1, a few large;
     * ties are frequent.
     *
     * @param maxBatch largest batch size, at least 1
     * @return finite losses ≥ 0
     */
    public static Arbitrary<float[]> losses(int maxBatch) {
        Arbitrary<Float> easy = Arbitraries.floats().between(0, 0.01f);
        Arbitrary<Float> usual = Arbitraries.floats().between(0, 3);
        Arbitrary<Float> hard = Arbitraries.floats().between(3, 1000);
        return Arbitraries.frequencyOf(
                        Tuple.of(3, easy), Tuple.of(3, usual), Tuple.of(1, hard), Tuple.of(1, Arbitraries.just(0f)))
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(maxBatch);
    }

    /**
     * Problems with closed forms and a point: linear, quadratic, exponential, cubic, logistic.
     *
     * @param maxDimension largest d, at least 1
     * @param examples number of examples, at least 1
     * @return problems with coefficients in [−1, 1]
     */
    public static Arbitrary<NamedProblem> problems(int maxDimension, int examples) {
        return Arbitraries.integers()
                .between(1, maxDimension)
                .flatMap(d -> Combinators.combine(
                                Arbitraries.of(KINDS), rows(examples, d), rows(examples, d), rows(d, d), values(d))
                        .as((kind, slopes, directions, square, point) ->
                                problem(kind, slopes, directions, square, point)));
    }

    private static NamedProblem problem(
            String kind, double[][] slopes, double[][] directions, double[][] square, float[] point) {
        double[] offsets = new double[slopes.length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = slopes[i][0] - directions[i][0];
        }
        return new NamedProblem(
                kind,
                switch (kind) {
                    case "linear" -> new LinearProblem(offsets, slopes);
                    case "quadratic" -> new QuadraticProblem(offsets, slopes, symmetric(square));
                    case "exponential" -> new ExponentialProblem(directions);
                    case "cubic" -> new CubicProblem(CUBIC, slopes, directions);
                    default -> RidgeProblem.logistic(directions);
                },
                point);
    }

    private static double[][] symmetric(double[][] square) {
        double[][] out = new double[square.length][square.length];
        for (int i = 0; i < square.length; i++) {
            for (int j = 0; j < square.length; j++) {
                out[i][j] = square[Math.max(i, j)][Math.min(i, j)];
            }
        }
        return out;
    }

    private static Arbitrary<double[][]> rows(int count, int d) {
        return Arbitraries.doubles()
                .between(-1, 1)
                .array(double[].class)
                .ofSize(d)
                .array(double[][].class)
                .ofSize(count);
    }

    private static Arbitrary<float[]> values(int count) {
        return Arbitraries.floats()
                .between(-LARGEST_VALUE, LARGEST_VALUE)
                .array(float[].class)
                .ofSize(count);
    }
}
