package dev.flops.bench.variance;

import dev.flops.alloc.allocate.OracleAllocator;
import dev.flops.alloc.train.EpochSampler;
import dev.flops.api.RandomKey;
import dev.flops.bench.compare.Interval;
import dev.flops.bench.task.TaskParts;
import dev.flops.bench.variance.BatchMeasurement.Measured;
import dev.flops.bench.variance.VarianceResult.Arm;
import dev.flops.bench.variance.VarianceResult.Cosine;
import dev.flops.bench.variance.VarianceResult.Share;
import dev.flops.models.reference.Backpropagation;
import dev.flops.tensor.Workers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Measures all allocators at one share of a training. */
final class ShareMeasurement {
    private final VarianceConfig config;
    private final TaskParts parts;
    private final List<Rival> rivals;
    private final ShadowedTraining training;
    private final Workers workers;

    ShareMeasurement(
            VarianceConfig config, TaskParts parts, List<Rival> rivals, ShadowedTraining training, Workers workers) {
        this.config = config;
        this.parts = parts;
        this.rivals = rivals;
        this.training = training;
        this.workers = workers;
    }

    Share measure(int percent, double testAccuracy) {
        // Batches and noise of their own: not those of the training.
        RandomKey root = RandomKey.ofSeed(config.task().seed()).fold(percent, 1);
        EpochSampler sampler = new EpochSampler(
                parts.train().size(), config.task().batch(), root.forPurpose(RandomKey.Purpose.SAMPLING));
        Backpropagation reference = new Backpropagation(parts.network(), parts.ops(), workers);
        List<BatchMeasurement> batches = new ArrayList<>();
        for (int b = 0; b < config.batches(); b++) {
            BatchMeasurement batch =
                    new BatchMeasurement(config, parts, training.memory(), sampler.batch(b), root.fold(b, 2));
            batch.calibrate(reference);
            rivals.forEach(batch::measure);
            batch.measure(new Rival("oracle", new OracleAllocator(batch::variancesOf)));
            rivals.forEach(batch::measureCosines);
            batches.add(batch);
        }
        return new Share(
                percent,
                training.stepsDone(),
                testAccuracy,
                over(batches, BatchMeasurement::cv),
                over(batches, batch -> 1 / (1 + batch.cv() * batch.cv())),
                over(batches, batch -> ratio(batch, "oracle", Measured::predicted)),
                arms(batches),
                phi(),
                cosines(batches),
                batches.getFirst().allocated());
    }

    private Map<String, Map<String, Double>> phi() {
        Map<String, Map<String, Double>> phi = new LinkedHashMap<>();
        for (Rival rival : rivals) {
            if (!rival.phi().isEmpty()) {
                phi.put(rival.name(), rival.phi());
            }
        }
        return phi;
    }

    private List<Arm> arms(List<BatchMeasurement> batches) {
        List<Arm> arms = new ArrayList<>();
        for (String name : batches.getFirst().arms()) {
            arms.add(new Arm(
                    name,
                    over(batches, batch -> ratio(batch, name, m -> m.moments().variance())),
                    over(batches, batch -> ratio(batch, name, m -> m.moments().meanSquaredError())),
                    over(batches, batch -> ratio(batch, name, Measured::predicted)),
                    over(batches, batch -> batch.arm(name).moments().relativeSquaredBias()),
                    over(batches, batch -> batch.arm(name).moments().meanCosine())));
        }
        return arms;
    }

    private List<Cosine> cosines(List<BatchMeasurement> batches) {
        List<Cosine> cosines = new ArrayList<>();
        for (Rival rival : rivals) {
            for (int budget : config.budgets()) {
                cosines.add(new Cosine(
                        rival.name(),
                        budget,
                        queries(budget),
                        over(batches, batch -> batch.cosine(rival.name(), budget))));
            }
        }
        return cosines;
    }

    private long queries(int samplesPerExample) {
        return config.task().batch()
                * (parts.estimator().cost().cleanQueriesPerExample()
                        + (long) samplesPerExample * parts.estimator().cost().queriesPerSample());
    }

    private static double ratio(BatchMeasurement batch, String arm, ToDoubleFunction<Measured> value) {
        return value.applyAsDouble(batch.arm(arm)) / value.applyAsDouble(batch.arm("equal"));
    }

    private Interval over(List<BatchMeasurement> batches, ToDoubleFunction<BatchMeasurement> value) {
        return Interval.of(batches.stream().mapToDouble(value).toArray(), config.confidence());
    }
}
