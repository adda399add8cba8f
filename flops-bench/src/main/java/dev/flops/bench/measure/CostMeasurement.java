package dev.flops.bench.measure;

import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.QueryAllocator;
import dev.flops.api.RandomKey;
import dev.flops.bench.task.AllocatorChoice;
import dev.flops.bench.task.EstimatorChoice;
import dev.flops.bench.task.EstimatorConfig;
import dev.flops.bench.task.ScaleChoice;
import dev.flops.bench.task.SpaceChoice;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskParts;
import dev.flops.bench.task.TrainedPart;
import dev.flops.bench.task.TrainedPart.AdapterOptions;
import dev.flops.models.reference.Backpropagation;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one gradient of a batch costs on one thread, without the optimizer: by the ledger, and by the clock after warm-up.
 *
 * @param method backpropagation, or the name of an estimator
 * @param allocator how samples are shared among examples; empty for backpropagation
 * @param samplesPerExample samples per example on average, 0 for backpropagation
 * @param queries forwards of one example, clean ones counted
 * @param flops floating-point operations by formula, the allocator's included; of backpropagation three times those of a forward
 * @param seconds of one gradient, the best mean over a window
 * @param peakBytes most bytes of buffers that were live at once, parameters not counted
 * @param allocatorFlops operations of the allocator
 * @param allocatorSeconds of allocating and learning to
 */
public record CostMeasurement(
        String method,
        String allocator,
        int samplesPerExample,
        long queries,
        long flops,
        double seconds,
        long peakBytes,
        long allocatorFlops,
        double allocatorSeconds) {
    /** Samples per example on average of the comparison of allocators. */
    public static final List<Integer> SAMPLES = List.of(1, 2, 4, 8, 32);

    private static final List<AllocatorChoice> ALLOCATORS =
            List.of(AllocatorChoice.EQUAL, AllocatorChoice.GAUSSIAN, AllocatorChoice.NEYMAN);

    /** Samples of the layer-wise likelihood ratio; the other methods have as many queries, or the next number below. */
    private static final int REFERENCE_SAMPLES = 2;

    /** A forward, and products of the same size for the gradients of inputs and of weights. */
    private static final int BACKWARD_FACTOR = 3;

    private static final double MEMORY_WEIGHT = 0.5;

    /**
     * All methods, each with equal allocation and as nearly as possible the same queries.
     *
     * @param task network and data; all parameters are trained
     * @return a row per method, backpropagation first
     * @throws IOException if a data file cannot be read
     */
    public static List<CostMeasurement> methods(TaskConfig task) throws IOException {
        return methods(task, new Stopwatch()::bestSeconds);
    }

    static List<CostMeasurement> methods(TaskConfig task, ToDoubleFunction<Runnable> timer) throws IOException {
        List<CostMeasurement> rows = new ArrayList<>();
        TaskParts reference = parts(task, EstimatorChoice.LR_LAYERWISE);
        rows.add(backpropagation(task, reference, timer));
        long perExample = queries(reference.estimator(), REFERENCE_SAMPLES);
        for (EstimatorChoice choice : EstimatorChoice.values()) {
            TaskParts parts = parts(task, choice);
            int samples = 1;
            while (queries(parts.estimator(), samples + 1) <= perExample) {
                samples++;
            }
            rows.add(step(task, parts, choice, AllocatorChoice.EQUAL, samples, timer));
        }
        return rows;
    }

    /**
     * Equal and allocated samples of the layer-wise likelihood ratio at several budgets.
     *
     * @param task network and data; all parameters are trained
     * @return a row per allocator and budget
     * @throws IOException if a data file cannot be read
     */
    public static List<CostMeasurement> budgets(TaskConfig task) throws IOException {
        return budgets(task, new Stopwatch()::bestSeconds);
    }

    static List<CostMeasurement> budgets(TaskConfig task, ToDoubleFunction<Runnable> timer) throws IOException {
        List<CostMeasurement> rows = new ArrayList<>();
        for (int samples : SAMPLES) {
            for (AllocatorChoice allocator : ALLOCATORS) {
                TaskParts parts = parts(task, EstimatorChoice.LR_LAYERWISE);
                rows.add(step(task, parts, EstimatorChoice.LR_LAYERWISE, allocator, samples, timer));
            }
        }
        return rows;
    }

    private static TaskParts parts(TaskConfig task, EstimatorChoice choice) throws IOException {
        TaskConfig config = task.but()
                .training(TrainedPart.ALL, AdapterOptions.DEFAULT)
                .estimator(new EstimatorConfig(
                        choice,
                        choice.schemes().getFirst(),
                        task.estimator().sigma(),
                        ScaleChoice.FIXED,
                        SpaceChoice.ACTIVATIONS,
                        task.estimator().samplesPerChunk()))
                .build();
        return TaskParts.of(config, Workers.callingThread());
    }

    private static long queries(GradientEstimator estimator, int samples) {
        return estimator.cost().cleanQueriesPerExample()
                + (long) samples * estimator.cost().queriesPerSample();
    }

    private static int[] batch(TaskConfig task) {
        int[] examples = new int[task.batch()];
        Arrays.setAll(examples, i -> i);
        return examples;
    }

    private static CostMeasurement backpropagation(TaskConfig task, TaskParts parts, ToDoubleFunction<Runnable> timer) {
        Network network = parts.network();
        Backpropagation gradients = new Backpropagation(network, parts.ops(), Workers.callingThread());
        float[] gradient = new float[network.parameters().dimension()];
        int[] examples = batch(task);
        CostLedger ledger = new CostLedger();
        parts.estimator().begin(0, examples, RandomKey.ofSeed(task.seed()), ledger);
        double seconds = timer.applyAsDouble(() -> gradients.gradientInto(parts.train(), examples, gradient));
        return new CostMeasurement(
                "backpropagation",
                "",
                0,
                task.batch(),
                BACKWARD_FACTOR * ledger.flops(),
                seconds,
                gradients.bytes() + (long) Float.BYTES * gradient.length,
                0,
                0);
    }

    private static CostMeasurement step(
            TaskConfig task,
            TaskParts parts,
            EstimatorChoice method,
            AllocatorChoice allocator,
            int samples,
            ToDoubleFunction<Runnable> timer) {
        OneStep step = new OneStep(task, parts, allocator.create(), samples);
        CostLedger ledger = step.run(new CostLedger());
        double seconds = timer.applyAsDouble(() -> step.run(new CostLedger()));
        double allocating = timer.applyAsDouble(step::allocateAndLearn);
        return new CostMeasurement(
                method.toString(),
                allocator.toString(),
                samples,
                ledger.queries(),
                ledger.flops() + step.allocatorFlops(),
                seconds,
                ledger.peakBytes(),
                step.allocatorFlops(),
                allocating);
    }

    /** The same step again and again: one batch, one key, what the first run of it learned. */
    private static final class OneStep {
        private final GradientEstimator estimator;
        private final QueryAllocator allocator;
        private final int[] examples;
        private final int samples;
        private final RandomKey key;
        private final VarianceMemory memory;
        private final AllocatorState state;
        private final float[] gradient;
        private AllocationRequest request;
        private double[] variances;

        OneStep(TaskConfig task, TaskParts parts, QueryAllocator allocator, int samplesPerExample) {
            this.estimator = parts.estimator();
            this.allocator = allocator;
            this.examples = batch(task);
            this.samples = Math.multiplyExact(task.batch(), samplesPerExample);
            this.key = RandomKey.ofSeed(task.seed());
            this.memory = new VarianceMemory(parts.train().size(), MEMORY_WEIGHT);
            this.gradient = new float[estimator.parameters().dimension()];
            GradientEstimator.Step open = estimator.begin(0, examples, key, new CostLedger());
            int least = estimator.cost().minimumSamples();
            GradientEstimate first = open.estimateInto(
                    Allocation.equal(examples.length, Math.multiplyExact(examples.length, least)), gradient);
            memory.updateInPlace(open.signals(), first.sampleVariances());
            this.request = request(open);
            this.variances = first.sampleVariances();
            this.state = allocator.update(request, variances, allocator.initialState());
        }

        private AllocationRequest request(GradientEstimator.Step open) {
            return new AllocationRequest(
                    open.signals(),
                    memory.remembered(open.signals()),
                    samples,
                    estimator.cost().minimumSamples(),
                    key.forPurpose(RandomKey.Purpose.ALLOCATION));
        }

        CostLedger run(CostLedger ledger) {
            GradientEstimator.Step open = estimator.begin(0, examples, key, ledger);
            request = request(open);
            variances = open.estimateInto(allocator.allocate(request, state), gradient)
                    .sampleVariances();
            allocator.update(request, variances, state);
            return ledger;
        }

        void allocateAndLearn() {
            allocator.allocate(request, state);
            allocator.update(request, variances, state);
        }

        long allocatorFlops() {
            return allocator.flops(request, state);
        }
    }
}
