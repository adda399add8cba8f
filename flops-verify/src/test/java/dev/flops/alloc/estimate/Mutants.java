package dev.flops.alloc.estimate;

import dev.flops.api.NoiseAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/** The production estimators with one formula wrong. Each must be rejected by what accepts the right ones. */
final class Mutants {
    private Mutants() {}

    /** The right factor, which mutants of the other formulas keep. */
    private static double exampleFirst(double sigma, int samplesOfExample, int batchSize, int totalSamples) {
        return 1 / (sigma * samplesOfExample * batchSize);
    }

    /** A wrong formula under a scheme in which it matters. */
    record Mutant(String name, SamplingScheme scheme, EstimatorRules rules) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "a pair without its half",
                        SamplingScheme.ANTITHETIC,
                        new EstimatorRules(
                                (plus, minus, clean) -> plus - minus, Mutants::exampleFirst, UnaryOperator.identity())),
                scale("sigma squared for sigma", (sigma, n, batch, total) -> 1 / (sigma * sigma * n * batch)),
                scale("pooled averaging", (sigma, n, batch, total) -> 1 / (sigma * total)),
                scale("n plus one for n", (sigma, n, batch, total) -> 1 / (sigma * (n + 1) * batch)),
                contraction("noise of the next sample", a -> new NoiseAddress(a.key(), a.site(), a.sample() + 1)),
                contraction("noise of the first sample for all", a -> new NoiseAddress(a.key(), a.site(), 0)),
                contraction("noise of the next site", a -> new NoiseAddress(a.key(), a.site() + 1, a.sample())));
    }

    private static Mutant scale(String name, EstimatorRules.ScaleRule scale) {
        return new Mutant(
                name,
                SamplingScheme.CLEAN_BASELINE,
                new EstimatorRules((plus, minus, clean) -> plus - clean, scale, UnaryOperator.identity()));
    }

    private static Mutant contraction(String name, UnaryOperator<NoiseAddress> contraction) {
        return new Mutant(
                name,
                SamplingScheme.CLEAN_BASELINE,
                new EstimatorRules((plus, minus, clean) -> plus - clean, Mutants::exampleFirst, contraction));
    }
}
