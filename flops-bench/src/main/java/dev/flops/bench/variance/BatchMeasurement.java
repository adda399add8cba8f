package dev.flops.bench.variance;

import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.bench.task.TaskParts;
import dev.flops.bench.variance.VarianceResult.Allocated;
import dev.flops.models.reference.Backpropagation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One batch: its true gradient, its v_i, and the estimates of every allocator. All allocators meet the same noise, repeat by
 * repeat, so that their ratios are less noisy than their variances.
 */
final class BatchMeasurement {
    private final VarianceConfig config;
    private final TaskParts parts;
    private final VarianceMemory memory;
    private final int[] examples;
    private final RandomKey perturbationKey;
    private final RandomKey allocationKey;
    private final float[] truth;
    private final double[] variances;
    private final float[] losses;
    private final Map<String, Measured> arms = new LinkedHashMap<>();
    private final Map<String, Double> cosines = new LinkedHashMap<>();
    private final CostLedger ledger = new CostLedger();

    /** What one allocator came to: moments of ĝ, the mean of Σ v_i/n_i, the mean of n_i. */
    record Measured(GradientMoments moments, double predicted, double[] samples) {}

    BatchMeasurement(VarianceConfig config, TaskParts parts, VarianceMemory memory, int[] examples, RandomKey key) {
        this.config = config;
        this.parts = parts;
        this.memory = memory;
        this.examples = examples;
        this.perturbationKey = key.forPurpose(RandomKey.Purpose.PERTURBATION);
        this.allocationKey = key.forPurpose(RandomKey.Purpose.ALLOCATION);
        this.truth = new float[parts.trained().dimension()];
        this.variances = new double[examples.length];
        this.losses = new float[examples.length];
    }

    /** v_i = E‖g_i‖² − ‖∇ℓ_i‖², the first by samples of their own, the second by the reference. */
    void calibrate(Backpropagation reference) {
        Rival equal = new Rival("equal", new EqualAllocator());
        for (int r = 0; r < config.repeats(); r++) {
            double[] found = draw(equal, config.samplesPerExample(), config.repeats() + r)
                    .estimate()
                    .sampleVariances();
            for (int i = 0; i < variances.length; i++) {
                variances[i] += found[i] / config.repeats();
            }
        }
        for (int i = 0; i < variances.length; i++) {
            losses[i] = (float) reference.gradientInto(parts.train(), new int[] {examples[i]}, truth);
            clearFrozen(truth);
            variances[i] = Math.max(0, variances[i] - GradientMoments.squaredNorm(truth));
        }
        reference.gradientInto(parts.train(), examples, truth);
        clearFrozen(truth);
    }

    private void clearFrozen(float[] gradient) {
        for (Parameter p : parts.trained().list()) {
            if (!p.trainable()) {
                Arrays.fill(gradient, p.offset(), p.offset() + p.length(), 0f);
            }
        }
    }

    void measure(Rival rival) {
        GradientMoments moments = new GradientMoments(truth);
        double[] samples = new double[examples.length];
        double predicted = 0;
        for (int r = 0; r < config.repeats(); r++) {
            Drawn drawn = draw(rival, config.samplesPerExample(), r);
            moments.add(drawn.estimate().gradient());
            for (int i = 0; i < samples.length; i++) {
                int n = drawn.allocation().samples(i);
                samples[i] += (double) n / config.repeats();
                predicted += n == 0 ? 0 : variances[i] / n / config.repeats();
            }
        }
        arms.put(rival.name(), new Measured(moments, predicted, samples));
    }

    void measureCosines(Rival rival) {
        for (int budget : config.budgets()) {
            GradientMoments moments = new GradientMoments(truth);
            for (int r = 0; r < config.repeats(); r++) {
                moments.add(draw(rival, budget, r).estimate().gradient());
            }
            cosines.put(rival.name() + "@" + budget, moments.meanCosine());
        }
    }

    private Drawn draw(Rival rival, int samplesPerExample, int repeat) {
        GradientEstimator.Step open = parts.estimator().begin(repeat, examples, perturbationKey, ledger);
        Allocation allocation = rival.allocate(new AllocationRequest(
                open.signals(),
                memory.remembered(open.signals()),
                Math.multiplyExact(examples.length, samplesPerExample),
                Math.max(
                        config.task().budget().minimumSamples(),
                        parts.estimator().cost().minimumSamples()),
                allocationKey.forStep(repeat)));
        return new Drawn(allocation, open.estimate(allocation));
    }

    private record Drawn(Allocation allocation, GradientEstimate estimate) {}

    /** v_i of examples of this batch, in their order. */
    double[] variancesOf(int[] asked) {
        if (!Arrays.equals(asked, examples)) {
            throw new IllegalArgumentException("examples are not those of the batch");
        }
        return variances.clone();
    }

    /** sd(s)/mean(s) of s_i = √v_i. */
    double cv() {
        double[] deviations = Arrays.stream(variances).map(StrictMath::sqrt).toArray();
        double mean = Arrays.stream(deviations).average().orElseThrow();
        double squares = Arrays.stream(variances).average().orElseThrow();
        return StrictMath.sqrt(Math.max(0, squares / (mean * mean) - 1));
    }

    Set<String> arms() {
        return arms.keySet();
    }

    Measured arm(String name) {
        return Objects.requireNonNull(arms.get(name));
    }

    double cosine(String arm, int samplesPerExample) {
        return Objects.requireNonNull(cosines.get(arm + "@" + samplesPerExample));
    }

    /** The examples by ascending clean loss. */
    List<Allocated> allocated() {
        List<Allocated> rows = new ArrayList<>();
        for (int i = 0; i < examples.length; i++) {
            Map<String, Double> samples = new LinkedHashMap<>();
            for (Map.Entry<String, Measured> arm : arms.entrySet()) {
                samples.put(arm.getKey(), arm.getValue().samples()[i]);
            }
            rows.add(new Allocated(losses[i], StrictMath.sqrt(variances[i]), samples));
        }
        rows.sort(Comparator.comparingDouble(Allocated::loss));
        return rows;
    }
}
