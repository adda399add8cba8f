package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.ConstantSchedule;
import dev.flops.api.NumericalException;
import dev.flops.api.Parameters;
import dev.flops.api.QueryAllocator;
import dev.flops.api.QueryBudget;
import dev.flops.models.vision.SmallCnn;
import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.MemoryExamples;
import dev.flops.verify.support.TestSeeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Training is a function of configuration, seed and data: the SHA-256 of all parameters is the same for every number of
 * threads, vector width and chunk size. Sizes are odd, so that every kernel has a tail.
 */
class TrainingDeterminismTest {
    private static final int STEPS = 12;
    private static final int BATCH = 7;
    private static final int CLASSES = 5;
    private static final int EXAMPLES = 40;

    /** What is trained and how. */
    enum Run {
        TRANSFORMER_LAYER_WISE(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE),
        TRANSFORMER_ALL_SITES(SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC),
        CNN_LAYER_WISE(SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC),
        CNN_ALL_SITES(SiteMode.ALL_SITES, SamplingScheme.CLEAN_BASELINE);

        private final SiteMode mode;
        private final SamplingScheme scheme;

        Run(SiteMode mode, SamplingScheme scheme) {
            this.mode = mode;
            this.scheme = scheme;
        }

        private boolean transformer() {
            return name().startsWith("TRANSFORMER");
        }

        private Network network() {
            return transformer()
                    ? VisionTransformer.create(new VisionTransformerConfig(10, 2, 5, 12, 2, 3, 19, CLASSES), 11)
                    : SmallCnn.create(new SmallCnnConfig(10, 2, List.of(5, 9), CLASSES), 12);
        }

        private int queriesPerSample(Network network) {
            return scheme.queries()
                    * (mode == SiteMode.LAYER_WISE ? network.sites().size() : 1);
        }

        /** Two samples per example and three to distribute, and one query that no sample can use. */
        private long budget(Network network) {
            return BATCH + (2 * BATCH + 3L) * queriesPerSample(network) + (queriesPerSample(network) > 1 ? 1 : 0);
        }

        private QueryAllocator allocator() {
            return transformer() ? new GaussianAllocator(GaussianAllocatorConfig.defaults()) : new NeymanAllocator();
        }
    }

    /** What must not matter. */
    private record Machine(SimdWidth width, int threads, int samplesPerChunk) {}

    private static final Machine REFERENCE = new Machine(SimdWidth.SCALAR, 1, 32);

    @ParameterizedTest
    @EnumSource
    void threadsChangeNothing(Run run) {
        String expected = train(run, REFERENCE);
        assertThat(train(run, REFERENCE)).as("a second run").isEqualTo(expected);
        for (int threads : new int[] {2, 4}) {
            assertThat(train(run, new Machine(SimdWidth.SCALAR, threads, 32)))
                    .as("%d threads", threads)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void chunksChangeNothing(Run run) {
        String expected = train(run, REFERENCE);
        for (int samplesPerChunk : new int[] {1, 7}) {
            assertThat(train(run, new Machine(SimdWidth.SCALAR, 2, samplesPerChunk)))
                    .as("%d samples per chunk", samplesPerChunk)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("simd")
    void vectorWidthsChangeNothing(Run run) {
        String expected = train(run, REFERENCE);
        List<SimdWidth> tried = new ArrayList<>();
        for (SimdWidth width : List.of(SimdWidth.W128, SimdWidth.W256, SimdWidth.W512)) {
            if (isSupported(width)) {
                tried.add(width);
                assertThat(train(run, new Machine(width, 2, 7))).as("%s", width).isEqualTo(expected);
            }
        }
        assertThat(tried).as("supported widths").isNotEmpty();
    }

    private static boolean isSupported(SimdWidth width) {
        try {
            TensorOps.of(width);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void theHashTellsRunsApart() {
        List<String> hashes = new ArrayList<>();
        hashes.add(sha256(Run.TRANSFORMER_LAYER_WISE.network().parameters().values()));
        hashes.add(sha256(Run.CNN_LAYER_WISE.network().parameters().values()));
        for (Run run : Run.values()) {
            hashes.add(train(run, REFERENCE));
        }
        assertThat(hashes).doesNotHaveDuplicates();
    }

    @Test
    void aFrozenBodyKeepsItsBits() {
        for (Run run : Run.values()) {
            Network network = run.network();
            float[] before = network.parameters().values().clone();
            Parameters head = network.parameters().select(name -> name.startsWith("head"));
            trainer(run, network, head, data(network), REFERENCE, Workers.callingThread())
                    .run(report -> true);
            for (Parameters.Parameter p : head.list()) {
                float[] old = java.util.Arrays.copyOfRange(before, p.offset(), p.offset() + p.length());
                float[] now = java.util.Arrays.copyOfRange(
                        network.parameters().values(), p.offset(), p.offset() + p.length());
                if (p.trainable()) {
                    assertThat(sha256(now)).as("%s", p.name()).isNotEqualTo(sha256(old));
                } else {
                    assertThat(sha256(now)).as("%s", p.name()).isEqualTo(sha256(old));
                }
            }
        }
    }

    @Test
    void aBadExampleStopsTrainingWithTheLastGoodParameters() {
        Run run = Run.TRANSFORMER_LAYER_WISE;
        Network network = run.network();
        MemoryExamples data = data(network);
        int bad = new EpochSampler(
                        EXAMPLES,
                        BATCH,
                        dev.flops.api.RandomKey.ofSeed(5).forPurpose(dev.flops.api.RandomKey.Purpose.SAMPLING))
                .batch(3)[4];
        data.features()[bad][9] = Float.NaN;
        List<String> after = new ArrayList<>();
        Trainer trainer = trainer(run, network, network.parameters(), data, REFERENCE, Workers.callingThread());
        assertThatThrownBy(() -> trainer.run(
                        report -> after.add(sha256(network.parameters().values()))))
                .isInstanceOf(NumericalException.class)
                .hasMessageContaining("example " + bad + " ")
                .hasMessageContaining("step 3: its feature 9 = NaN");
        assertThat(after).hasSize(3);
        assertThat(sha256(network.parameters().values())).isEqualTo(after.getLast());
    }

    @Test
    void everyQueryOfTheBudgetIsCounted() {
        Run run = Run.CNN_LAYER_WISE;
        Network network = run.network();
        Trainer trainer =
                trainer(run, network, network.parameters(), data(network), REFERENCE, Workers.callingThread());
        trainer.run(report -> true);
        long perSample = run.queriesPerSample(network);
        long samples = 2 * BATCH + 3;
        assertThat(trainer.ledger().queries()).isEqualTo(STEPS * (BATCH + samples * perSample));
        assertThat(trainer.ledger().queries()).isEqualTo(STEPS * (run.budget(network) - 1));
    }

    private static String train(Run run, Machine machine) {
        Network network = run.network();
        try (ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, machine.threads() - 1))) {
            Workers workers =
                    machine.threads() == 1 ? Workers.callingThread() : Workers.on(executor, machine.threads());
            trainer(run, network, network.parameters(), data(network), machine, workers)
                    .run(report -> true);
        }
        return sha256(network.parameters().values());
    }

    private static MemoryExamples data(Network network) {
        return MemoryExamples.random(
                EXAMPLES,
                CLASSES,
                TestSeeds.problems("training data"),
                network.inputShape().toArray());
    }

    private static Trainer trainer(
            Run run, Network network, Parameters trained, MemoryExamples data, Machine machine, Workers workers) {
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                network,
                trained,
                data,
                TensorOps.of(machine.width()),
                workers,
                new LikelihoodRatioConfig(run.mode, run.scheme, 0.05f, machine.samplesPerChunk()));
        return new Trainer(
                new TrainingConfig(STEPS, BATCH, new QueryBudget(run.budget(network)), 1, 5),
                EXAMPLES,
                estimator,
                run.allocator(),
                new AdamOptimizer(AdamOptimizer.Config.defaults()),
                new ConstantSchedule(0.01),
                new VarianceMemory(EXAMPLES, 0.5));
    }

    private static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
