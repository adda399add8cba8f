package dev.flops.verify.problem;

import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/**
 * Expectations over a standard normal variable by Gauss–Hermite quadrature: exact for polynomials of degree below twice
 * the number of nodes.
 */
public final class GaussHermite {
    private final GaussIntegrator rule;

    /**
     * A rule.
     *
     * @param nodes number of nodes, in [1, 60]
     */
    public GaussHermite(int nodes) {
        if (nodes < 1 || nodes > 60) {
            throw new IllegalArgumentException("nodes = " + nodes + ", expected 1 <= nodes <= 60");
        }
        rule = new GaussIntegratorFactory().hermite(nodes);
    }

    /**
     * An expectation.
     *
     * @param f a smooth function
     * @return E f(u), u ~ N(0, 1)
     */
    public double expectation(DoubleUnaryOperator f) {
        double root = StrictMath.sqrt(2);
        return rule.integrate(x -> f.applyAsDouble(root * x)) / StrictMath.sqrt(StrictMath.PI);
    }

    /**
     * An expectation over several independent variables, by the product rule.
     *
     * @param dimension how many
     * @param f a smooth function, which must not keep its argument
     * @return E f(u), u ~ N(0, I)
     */
    public double expectation(int dimension, ToDoubleFunction<double[]> f) {
        return expectation(new double[dimension], 0, f);
    }

    private double expectation(double[] u, int axis, ToDoubleFunction<double[]> f) {
        if (axis == u.length) {
            return f.applyAsDouble(u);
        }
        return expectation(x -> {
            u[axis] = x;
            return expectation(u, axis + 1, f);
        });
    }

    /** Number of nodes. */
    int nodes() {
        return rule.getNumberOfPoints();
    }

    /** Node j of the rule for N(0, 1). */
    double node(int j) {
        return StrictMath.sqrt(2) * rule.getPoint(j);
    }

    /** Weight of node j; all weights sum to 1. */
    double weight(int j) {
        return rule.getWeight(j) / StrictMath.sqrt(StrictMath.PI);
    }
}
