package dev.flops.verify.problem;

import dev.flops.api.RandomKey;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/**
 * One problem of each kind in {@value #DIMENSION} dimensions with {@value #EXAMPLES} examples, of sizes at which an
 * estimate says something in seconds: losses and gradients of order 1, and smoothing that matters at σ = ¼.
 */
public final class StandardProblems {
    /** d of each problem. */
    public static final int DIMENSION = 7;

    /** Examples of each problem. */
    public static final int EXAMPLES = 3;

    private static final float[] POINT = {0.5f, -0.25f, 0.75f, 0.125f, -0.5f, 0.25f, 0.375f};
    private static final double[] OFFSETS = {0.3, -0.2, 0.1};
    private static final double LARGEST = 0.6;
    private static final double CURVATURE = 0.5;
    private static final double EXPONENT = 0.6;
    private static final double CUBIC = 0.2;
    private static final int HIDDEN = 2;
    private static final int NODES = 5;

    private StandardProblems() {}

    /**
     * All of them.
     *
     * @return linear, quadratic, exponential, cubic, logistic, network
     */
    public static List<NamedProblem> all() {
        return List.of(linear(), quadratic(), exponential(), cubic(), logistic(), network());
    }

    /**
     * One by its name.
     *
     * @param name as in {@link NamedProblem#name()}
     * @return the problem
     * @throws NoSuchElementException if there is none; the message lists all names
     */
    public static NamedProblem named(String name) {
        return all().stream()
                .filter(problem -> problem.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("problem = " + name + ", expected one of "
                        + all().stream().map(NamedProblem::name).collect(Collectors.joining(", "))));
    }

    /**
     * Linear losses.
     *
     * @return the problem
     */
    public static NamedProblem linear() {
        return at("linear", new LinearProblem(OFFSETS, rows(0)));
    }

    /**
     * Quadratic losses with an indefinite Hessian.
     *
     * @return the problem
     */
    public static NamedProblem quadratic() {
        double[][] hessian = new double[DIMENSION][DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            for (int j = 0; j <= i; j++) {
                hessian[i][j] = CURVATURE * number(1, i, j);
                hessian[j][i] = hessian[i][j];
            }
        }
        return at("quadratic", new QuadraticProblem(OFFSETS, rows(2), hessian));
    }

    /**
     * Exponential losses.
     *
     * @return the problem
     */
    public static NamedProblem exponential() {
        double[][] exponents = rows(3);
        for (double[] row : exponents) {
            for (int j = 0; j < row.length; j++) {
                row[j] *= EXPONENT;
            }
        }
        return at("exponential", new ExponentialProblem(exponents));
    }

    /**
     * Cubic losses.
     *
     * @return the problem
     */
    public static NamedProblem cubic() {
        return at("cubic", new CubicProblem(CUBIC, rows(4), rows(5)));
    }

    /**
     * Logistic losses.
     *
     * @return the problem
     */
    public static NamedProblem logistic() {
        return at("logistic", RidgeProblem.logistic(rows(6)));
    }

    /**
     * A network with two inputs and two hidden units.
     *
     * @return the problem
     */
    public static NamedProblem network() {
        double[][] inputs = {{0.5, -0.25}, {-0.375, 0.625}, {0.25, 0.5}};
        SmallNetwork network = new SmallNetwork(inputs, new int[] {1, -1, 1}, HIDDEN);
        return at("network", new QuadratureProblem(network, network.dimension(), network.examples(), NODES));
    }

    private static NamedProblem at(String name, SmoothProblem problem) {
        return new NamedProblem(name, problem, POINT);
    }

    private static double[][] rows(int stream) {
        double[][] rows = new double[EXAMPLES][DIMENSION];
        for (int i = 0; i < EXAMPLES; i++) {
            for (int j = 0; j < DIMENSION; j++) {
                rows[i][j] = number(stream, i, j);
            }
        }
        return rows;
    }

    /** Fixed numbers in [−0.6, 0.6). */
    private static double number(int stream, int i, int j) {
        return LARGEST * (2 * RandomKey.ofSeed(stream).uniform(i, j) - 1);
    }
}
