package dev.flops.alloc.train;

import dev.flops.alloc.allocate.AdaptiveBudget;
import dev.flops.alloc.allocate.EqualAllocator;
import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.NeymanAllocator;
import dev.flops.alloc.allocate.SiteNeymanAllocator;
import dev.flops.alloc.allocate.SwitchOnRule;
import dev.flops.alloc.allocate.SwitchedAllocator;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.direction.GaussianDirections;
import dev.flops.alloc.direction.RademacherDirections;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.MeasuredSpaceEstimator;
import dev.flops.alloc.estimate.NetworkBlackBox;
import dev.flops.alloc.estimate.ParameterEstimator;
import dev.flops.alloc.estimate.ParameterEstimatorConfig;
import dev.flops.alloc.estimate.PerturbedSpace;
import dev.flops.alloc.estimate.PilotEstimator;
import dev.flops.alloc.estimate.RunningMeanBaseline;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.estimate.ScaleObjective;
import dev.flops.alloc.estimate.SiteAllocatedEstimator;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.alloc.optimize.AdaMmOptimizer;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.optimize.SgdOptimizer;
import dev.flops.alloc.optimize.SignOptimizer;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Optimizer;
import dev.flops.api.Parameters;
import dev.flops.api.QueryAllocator;
import dev.flops.api.QueryBudget;
import dev.flops.api.RandomKey;
import dev.flops.api.StateArrays;
import dev.flops.models.adapter.Adapter;
import dev.flops.models.adapter.LowRankAdapter;
import dev.flops.models.vision.SmallCnn;
import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.MemoryExamples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Trainings whose result is fixed bit for bit: together they have every estimator, allocator and optimizer with a state. Sizes are
 * odd, so that every kernel has a tail. To add one, add a constant with a case of {@link #parts}, and record its golden value.
 */
enum GoldenRun {
    VIT_LAYER_WISE_GAUSSIAN_ADAM(Kind.TRANSFORMER),
    VIT_LORA_GAUSSIAN_ADAM(Kind.ADAPTED),
    CNN_NEYMAN_SGD(Kind.CONVOLUTIONAL),
    CNN_SPSA_ADAMM(Kind.CONVOLUTIONAL),
    VIT_ALL_SITES_SWITCHED_SIGN(Kind.TRANSFORMER),
    CNN_SITES_ADAM(Kind.CONVOLUTIONAL),
    VIT_PILOT_RUNNING_MEAN_ADAM(Kind.TRANSFORMER),
    VIT_ALL_SITES_VARIANCE_SCALES_ADAM(Kind.TRANSFORMER),
    CNN_SITES_SMOOTHED_SCALES_ADAM(Kind.CONVOLUTIONAL),
    CNN_MEASURED_SPACES_SGD(Kind.CONVOLUTIONAL);

    static final int STEPS = 50;
    static final Machine REFERENCE = new Machine(SimdWidth.SCALAR, 1, 32);
    private static final int BATCH = 7;
    private static final int CLASSES = 5;
    private static final long SEED = 5;

    private static final Adapter LORA = new LowRankAdapter(2, 4, layer -> !layer.equals("head"));

    private final Kind kind;

    GoldenRun(Kind kind) {
        this.kind = kind;
    }

    private enum Kind {
        TRANSFORMER,
        /** The transformer with low-rank adapters, which are trained together with the head. */
        ADAPTED,
        CONVOLUTIONAL
    }

    /** What must not matter. */
    record Machine(SimdWidth width, int threads, int samplesPerChunk) {}

    /** What is trained how. */
    record Parts(GradientEstimator estimator, QueryAllocator allocator, Optimizer optimizer) {}

    /** A network with its data on a machine. */
    record Bench(Network network, Parameters trained, MemoryExamples data, Machine machine, Workers workers) {
        static final int EXAMPLES = 40;
        static final float SIGMA = 0.05f;

        LikelihoodRatioEstimator likelihoodRatio(SiteMode mode, SamplingScheme scheme) {
            return likelihoodRatio(mode, scheme, ScaleObjective.FIXED);
        }

        LikelihoodRatioEstimator likelihoodRatio(SiteMode mode, SamplingScheme scheme, ScaleObjective scales) {
            var config = new LikelihoodRatioConfig(mode, scheme, SIGMA, machine.samplesPerChunk()).withScales(scales);
            return new LikelihoodRatioEstimator(network, trained, data, TensorOps.of(machine.width()), workers, config);
        }

        ParameterEstimator inParameterSpace(ParameterEstimatorConfig config) {
            TensorOps ops = TensorOps.of(machine.width());
            var chunked = new ParameterEstimatorConfig(
                    config.directions(),
                    config.difference(),
                    config.baseline(),
                    config.sigma(),
                    Math.max(2, machine.samplesPerChunk()));
            return new ParameterEstimator(new NetworkBlackBox(network, data, ops, workers), trained, ops, chunked);
        }
    }

    private Parts parts(Bench bench) {
        return switch (this) {
            case VIT_LAYER_WISE_GAUSSIAN_ADAM, VIT_LORA_GAUSSIAN_ADAM ->
                new Parts(
                        bench.likelihoodRatio(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE),
                        new GaussianAllocator(GaussianAllocatorConfig.defaults()),
                        new AdamOptimizer(AdamOptimizer.Config.defaults()));
            case CNN_NEYMAN_SGD ->
                new Parts(
                        bench.likelihoodRatio(SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC),
                        new NeymanAllocator(),
                        new SgdOptimizer(new SgdOptimizer.Config(0.9, 1e-4)));
            case CNN_SPSA_ADAMM ->
                new Parts(
                        bench.inParameterSpace(
                                ParameterEstimatorConfig.central(new RademacherDirections(), Bench.SIGMA)),
                        new NeymanAllocator(),
                        new AdaMmOptimizer(AdaMmOptimizer.Config.defaults()));
            case VIT_ALL_SITES_SWITCHED_SIGN ->
                new Parts(
                        bench.likelihoodRatio(SiteMode.ALL_SITES, SamplingScheme.ANTITHETIC),
                        new SwitchedAllocator(
                                new GaussianAllocator(GaussianAllocatorConfig.defaults()), SwitchOnRule.defaults()),
                        new SignOptimizer(new SignOptimizer.Config(0.9)));
            case VIT_ALL_SITES_VARIANCE_SCALES_ADAM ->
                new Parts(
                        bench.likelihoodRatio(
                                SiteMode.ALL_SITES,
                                SamplingScheme.ANTITHETIC,
                                ScaleObjective.EstimatorVariance.DEFAULT),
                        new NeymanAllocator(),
                        new AdamOptimizer(AdamOptimizer.Config.defaults()));
            case CNN_MEASURED_SPACES_SGD ->
                new Parts(
                        new MeasuredSpaceEstimator(
                                bench.likelihoodRatio(SiteMode.LAYER_WISE, SamplingScheme.ANTITHETIC),
                                List.of(
                                        new PerturbedSpace.Activations(),
                                        new PerturbedSpace.Weights(),
                                        new PerturbedSpace.LowRankWeights(2)),
                                1,
                                20),
                        new EqualAllocator(),
                        new SgdOptimizer(new SgdOptimizer.Config(0.9, 1e-4)));
            case CNN_SITES_ADAM -> sitesTogether(bench, ScaleObjective.FIXED);
            case CNN_SITES_SMOOTHED_SCALES_ADAM -> sitesTogether(bench, ScaleObjective.SmoothedLoss.DEFAULT);
            case VIT_PILOT_RUNNING_MEAN_ADAM ->
                new Parts(
                        new PilotEstimator(
                                bench.inParameterSpace(ParameterEstimatorConfig.oneSided(
                                        new GaussianDirections(),
                                        new RunningMeanBaseline(Bench.EXAMPLES, 0.9),
                                        Bench.SIGMA)),
                                1,
                                PilotEstimator.Use.FIXED_WEIGHT),
                        new NeymanAllocator(),
                        new AdamOptimizer(AdamOptimizer.Config.defaults()));
        };
    }

    private static Parts sitesTogether(Bench bench, ScaleObjective scales) {
        return new Parts(
                new SiteAllocatedEstimator(
                        bench.likelihoodRatio(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, scales),
                        new SiteNeymanAllocator(),
                        SiteAllocatedEstimator.Unit.QUERIES,
                        1,
                        Bench.EXAMPLES,
                        0.5),
                new EqualAllocator(),
                new AdamOptimizer(AdamOptimizer.Config.defaults()));
    }

    private Network network() {
        return switch (kind) {
            case TRANSFORMER -> transformer();
            case ADAPTED -> LORA.attachTo(transformer(), 13);
            case CONVOLUTIONAL -> SmallCnn.create(new SmallCnnConfig(10, 2, List.of(5, 9), CLASSES), 12);
        };
    }

    private static Network transformer() {
        return VisionTransformer.create(new VisionTransformerConfig(10, 2, 5, 12, 2, 3, 19, CLASSES), 11);
    }

    private Parameters trained(Network network) {
        Parameters all = network.parameters();
        return kind == Kind.ADAPTED ? all.select(name -> LORA.owns(name) || name.startsWith("head.")) : all;
    }

    /** A trainer at step 0, three samples per example. */
    Trainer trainer(Machine machine, Workers workers) {
        return trainer(machine, workers, Optional.empty());
    }

    /** The same with as many samples in each step as a rule says. */
    Trainer trainer(Machine machine, Workers workers, Optional<AdaptiveBudget> rule) {
        Network network = network();
        Bench bench = new Bench(network, trained(network), data(network), machine, workers);
        Parts made = parts(bench);
        var cost = made.estimator().cost();
        long budget = BATCH * (cost.cleanQueriesPerExample() + 3L * cost.queriesPerSample());
        return new Trainer(
                new TrainingConfig(STEPS, BATCH, new QueryBudget(budget), 1, SEED, rule),
                Bench.EXAMPLES,
                made.estimator(),
                made.allocator(),
                made.optimizer(),
                new CosineSchedule(0.01, 3, 0.1),
                new VarianceMemory(Bench.EXAMPLES, 0.5));
    }

    /** Uniform features from keys: no library's generator decides a golden value. */
    private static MemoryExamples data(Network network) {
        int[] shape = network.inputShape().toArray();
        RandomKey key = RandomKey.ofSeed(77);
        float[][] features = new float[Bench.EXAMPLES][network.inputShape().elements()];
        int[] labels = new int[Bench.EXAMPLES];
        for (int i = 0; i < Bench.EXAMPLES; i++) {
            labels[i] = i % CLASSES;
            for (int j = 0; j < features[i].length; j++) {
                features[i][j] = (float) (2 * key.uniform(i, j) - 1) + (j % CLASSES == labels[i] ? 1 : 0);
            }
        }
        return new MemoryExamples(shape, CLASSES, features, labels);
    }

    /** Digest after all steps on a machine. */
    String digest(Machine machine) {
        try (ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, machine.threads() - 1))) {
            Workers workers =
                    machine.threads() == 1 ? Workers.callingThread() : Workers.on(executor, machine.threads());
            Trainer trainer = trainer(machine, workers);
            trainer.run(report -> true);
            return digest(trainer);
        }
    }

    /** SHA-256 over the whole state of a trainer but times and bytes of buffers, which a machine may decide. */
    static String digest(Trainer trainer) {
        StateArrays state = new StateArrays();
        trainer.saveTo(state);
        MessageDigest digest = sha256();
        state.entries().forEach((name, entry) -> {
            if (name.startsWith("ledger.nanoseconds") || name.equals("ledger.peakBytes")) {
                return;
            }
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * entry.length()).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < entry.length(); i++) {
                bytes.putLong(
                        switch (entry) {
                            case StateArrays.Floats f -> Float.floatToRawIntBits(f.values()[i]);
                            case StateArrays.Doubles d -> Double.doubleToRawLongBits(d.values()[i]);
                            case StateArrays.Longs l -> l.values()[i];
                        });
            }
            digest.update(bytes.flip());
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Prints the digest of one run on one machine: for a JVM of its own. */
    public static void main(String[] args) {
        Machine machine = new Machine(SimdWidth.valueOf(args[1]), Integer.parseInt(args[2]), 32);
        System.out.println(valueOf(args[0]).digest(machine));
    }
}
