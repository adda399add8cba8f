package dev.flops.bench.align;

import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.tensor.spec.SimdWidth;
import java.util.Locale;

/**
 * An alignment.
 *
 * @param allocator how samples are shared among the examples of a batch
 * @param scheme how a sample is formed
 * @param sigma perturbation scale σ of the projector's output
 * @param temperature τ of the contrastive loss
 * @param learningRate peak learning rate of Adam
 * @param batch examples per step B
 * @param budget queries per step N
 * @param steps optimizer steps
 * @param seed seed of everything random
 * @param simd vector width; it changes no result
 */
public record AlignConfig(
        AllocatorChoice allocator,
        SamplingScheme scheme,
        float sigma,
        double temperature,
        double learningRate,
        int batch,
        int budget,
        int steps,
        long seed,
        SimdWidth simd)
        implements AlignMethod {
    @Override
    public String settings() {
        return "allocator " + allocator + ", scheme "
                + scheme.name().toLowerCase(Locale.ROOT).replace('_', '-')
                + ", sigma " + sigma + ", temperature " + temperature + ", lr " + learningRate + ", batch " + batch
                + ", steps " + steps;
    }

    @Override
    public AlignConfig withSeed(long other) {
        return new AlignConfig(allocator, scheme, sigma, temperature, learningRate, batch, budget, steps, other, simd);
    }
}
