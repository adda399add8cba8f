package dev.flops.bench.verify;

import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.api.Distribution;
import dev.flops.tensor.TensorOps;
import dev.flops.verify.gradient.EstimatorClaim;
import dev.flops.verify.gradient.EstimatorFactory;
import java.util.List;

/** The estimators that {@code ./flops verify} knows, each with what it claims: one line per estimator. */
public final class EstimatorCatalogue {
    /** σ of every estimator here: large enough for smoothing to matter on the standard problems. */
    private static final double SIGMA = 0.25;

    private static final int QUERIES_PER_CALL = 64;

    private EstimatorCatalogue() {}

    /**
     * All estimators.
     *
     * @param ops tensor operations that they use
     * @return their claims, in the order of reports
     */
    public static List<EstimatorClaim> all(TensorOps ops) {
        return List.of(
                gaussian("es-one-point", SamplingScheme.ONE_POINT, ops),
                gaussian("es-clean", SamplingScheme.CLEAN_BASELINE, ops),
                gaussian("es-antithetic", SamplingScheme.ANTITHETIC, ops),
                rademacher("spsa-one-point", SamplingScheme.ONE_POINT, ops),
                rademacher("spsa-clean", SamplingScheme.CLEAN_BASELINE, ops),
                rademacher("spsa", SamplingScheme.ANTITHETIC, ops));
    }

    private static EstimatorClaim gaussian(String name, SamplingScheme scheme, TensorOps ops) {
        return EstimatorClaim.gaussian(name, SIGMA, scheme, factory(Distribution.GAUSSIAN, scheme, ops));
    }

    private static EstimatorClaim rademacher(String name, SamplingScheme scheme, TensorOps ops) {
        return EstimatorClaim.rademacher(name, SIGMA, scheme, factory(Distribution.RADEMACHER, scheme, ops));
    }

    private static EstimatorFactory factory(Distribution distribution, SamplingScheme scheme, TensorOps ops) {
        ParameterEstimatorConfig config =
                new ParameterEstimatorConfig(scheme, distribution, (float) SIGMA, QUERIES_PER_CALL);
        return (objective, parameters) -> new ParameterEstimator(objective, parameters, ops, config);
    }
}
