package dev.flops.alloc.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.CostLedger;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.NetworkCase;
import dev.flops.verify.support.TestSeeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every estimator that is lifted to activations equals its definition, number by number, on every network; no statistics. The tolerance is
 * that of {@link LikelihoodRatioDefinitionTest}.
 */
class ActivationDefinitionTest {
    private static final int STEP = 5;
    private static final int[] EXAMPLES = {4, 0, 2};
    private static final double RELATIVE_TOLERANCE = 1e-4;
    private static final TensorOps OPS = TensorOps.of(SimdWidth.AUTO);

    static Stream<Arguments> estimates() {
        List<Arguments> list = new ArrayList<>();
        for (NetworkCase problem : NetworkCase.all()) {
            for (LiftedCase lifted : LiftedCase.all()) {
                list.add(Arguments.of(problem, lifted));
            }
        }
        return list.stream();
    }

    @ParameterizedTest
    @MethodSource("estimates")
    void estimateEqualsItsDefinition(NetworkCase problem, LiftedCase lifted) {
        assertThat(deviation(problem, lifted, lifted.factory(OPS), ActivationRules.RIGHT))
                .isLessThan(RELATIVE_TOLERANCE);
    }

    /** Formulas of the estimator that is lifted, and of what lifts it. */
    @Test
    void theDefinitionTellsEveryMutantFromTheEstimator() {
        NetworkCase problem = NetworkCase.tokens();
        for (Mutants.Mutant mutant : Mutants.all()) {
            if (mutant.name().equals("pooled averaging")) {
                continue; // A site's estimator sees one example; pooling over the batch is a mutant of what lifts it,
                // below.
            }
            LiftedCase lifted = LiftedCase.all().get(mutant.scheme() == SamplingScheme.ANTITHETIC ? 0 : 1);
            SiteEstimatorFactory factory = (site, suffix, activations) ->
                    new ParameterEstimator(suffix, activations, OPS, lifted.config(64), mutant.rules());
            assertThat(deviation(problem, lifted, factory, ActivationRules.RIGHT))
                    .as("%s", mutant)
                    .isGreaterThan(100 * RELATIVE_TOLERANCE);
        }
        LiftedCase lifted = LiftedCase.all().getFirst();
        ActivationRules right = ActivationRules.RIGHT;
        List<ActivationRules> wrong = List.of(
                new ActivationRules((key, site) -> key, right.share()),
                new ActivationRules((key, site) -> key.forSite(0), right.share()),
                new ActivationRules(right.key(), (weight, samples, batchSize, total) -> weight * samples / total),
                new ActivationRules(right.key(), (weight, samples, batchSize, total) -> weight));
        for (ActivationRules rules : wrong) {
            assertThat(deviation(problem, lifted, lifted.factory(OPS), rules)).isGreaterThan(100 * RELATIVE_TOLERANCE);
        }
    }

    /** The largest deviation from the definition, in units of the largest entry of the same parameter. */
    private static double deviation(
            NetworkCase problem, LiftedCase lifted, SiteEstimatorFactory factory, ActivationRules rules) {
        Map<Integer, Parameters> shapes = new HashMap<>();
        ActivationEstimator estimator = new ActivationEstimator(
                problem.network(),
                problem.network().parameters(),
                problem.data(),
                new CrossEntropyLoss(problem.data(), OPS),
                OPS,
                Workers.callingThread(),
                new ActivationEstimatorConfig((site, suffix, activations) -> {
                    shapes.put(site.index(), activations);
                    return factory.create(site, suffix, activations);
                }),
                rules);
        RandomKey key = TestSeeds.key("lifted, " + problem.name());
        float[] found = estimator
                .begin(STEP, EXAMPLES, key, new CostLedger())
                .estimate(lifted.allocation())
                .gradient();
        double[] expected =
                new ActivationOracle(problem, lifted, shapes).estimate(STEP, EXAMPLES, lifted.allocation(), key);
        double deviation = 0;
        for (Parameter p : problem.network().parameters().list()) {
            double largest = 0;
            double difference = 0;
            for (int d = p.offset(); d < p.offset() + p.length(); d++) {
                largest = Math.max(largest, Math.abs(expected[d]));
                difference = Math.max(difference, Math.abs(found[d] - expected[d]));
            }
            assertThat(largest).as("%s", p.name()).isPositive();
            deviation = Math.max(deviation, difference / largest);
        }
        return deviation;
    }
}
