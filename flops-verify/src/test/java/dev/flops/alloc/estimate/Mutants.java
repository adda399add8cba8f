package dev.flops.alloc.estimate;

import dev.flops.api.NoiseAddress;
import java.util.List;
import java.util.function.IntUnaryOperator;

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
                                (plus, minus, clean) -> plus - minus,
                                Mutants::exampleFirst,
                                IntUnaryOperator.identity())),
                scale("sigma squared for sigma", (sigma, n, batch, total) -> 1 / (sigma * sigma * n * batch)),
                scale("pooled averaging", (sigma, n, batch, total) -> 1 / (sigma * total)),
                scale("n plus one for n", (sigma, n, batch, total) -> 1 / (sigma * (n + 1) * batch)),
                contraction("noise of the next sample", counter1 -> counter1 + 1),
                contraction("noise of the first sample for all", counter1 -> counter1 & -NoiseAddress.MAX_SAMPLES),
                contraction("noise of the next site", counter1 -> counter1 + NoiseAddress.MAX_SAMPLES));
    }

    private static Mutant scale(String name, EstimatorRules.ScaleRule scale) {
        return new Mutant(
                name,
                SamplingScheme.CLEAN_BASELINE,
                new EstimatorRules((plus, minus, clean) -> plus - clean, scale, IntUnaryOperator.identity()));
    }

    private static Mutant contraction(String name, IntUnaryOperator contraction) {
        return new Mutant(
                name,
                SamplingScheme.CLEAN_BASELINE,
                new EstimatorRules((plus, minus, clean) -> plus - clean, Mutants::exampleFirst, contraction));
    }
}
