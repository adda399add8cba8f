package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.OptimizerState;
import dev.flops.api.Parameters;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.models.adapter.Adapter;
import dev.flops.models.adapter.InputPrompt;
import dev.flops.models.adapter.LowRankAdapter;
import dev.flops.models.adapter.VisualPrompt;
import dev.flops.models.layer.ChannelNorm;
import dev.flops.models.vision.ResNet;
import dev.flops.models.vision.ResNetConfig;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.MemoryExamples;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Adapters and frozen statistics under forward learning: what is selected moves, everything else keeps its bits. */
class AdaptedTrainingTest {
    private static final int EXAMPLES = 5;
    private static final int CLASSES = 3;
    private static final int SIDE = 6;

    /** A network and what of it is trained. */
    enum Case {
        LORA,
        PROMPT,
        INPUT_PROMPT,
        FROZEN_STATISTICS;

        private Optional<Adapter> adapter() {
            return switch (this) {
                case LORA -> Optional.of(new LowRankAdapter(2, 4, name -> name.startsWith("blocks")));
                case PROMPT -> Optional.of(new VisualPrompt(2));
                case INPUT_PROMPT -> Optional.of(new InputPrompt(3));
                case FROZEN_STATISTICS -> Optional.empty();
            };
        }

        Network network() {
            VisionTransformerConfig transformer = new VisionTransformerConfig(SIDE, 1, 3, 4, 2, 2, 5, CLASSES);
            ResNetConfig residual = new ResNetConfig(
                    SIDE, 1, ResNetConfig.Stem.SMALL, List.of(2, 3), 1, ChannelNorm.Kind.FROZEN_BATCH, CLASSES);
            return adapter()
                    .map(adapter -> adapter.attachTo(VisionTransformer.create(transformer, 1), 2))
                    .orElseGet(() -> ResNet.create(residual, 1));
        }

        boolean selects(String name) {
            return adapter()
                    .map(adapter -> adapter.owns(name) || name.startsWith("head."))
                    .orElse(true);
        }
    }

    private static Network train(Case what, SiteMode mode, int steps, SimdWidth width, Workers workers) {
        Network network = what.network();
        Parameters trained = network.parameters().select(what::selects);
        MemoryExamples data = MemoryExamples.random(
                EXAMPLES, CLASSES, new SplittableRandom(3), network.inputShape().toArray());
        LikelihoodRatioEstimator estimator = new LikelihoodRatioEstimator(
                network,
                trained,
                data,
                TensorOps.of(width),
                workers,
                new LikelihoodRatioConfig(mode, SamplingScheme.CLEAN_BASELINE, 0.05f, 3));
        AdamOptimizer adam = new AdamOptimizer(AdamOptimizer.Config.defaults());
        OptimizerState state = adam.initialState(trained.dimension());
        int[] batch = IntStream.range(0, EXAMPLES).toArray();
        for (int step = 0; step < steps; step++) {
            float[] gradient = estimator
                    .begin(step, batch, RandomKey.ofSeed(7), new CostLedger())
                    .estimate(Allocation.equal(EXAMPLES, 2 * EXAMPLES))
                    .gradient();
            adam.stepInPlace(trained, gradient, 1e-2, state);
        }
        return network;
    }

    private static float[] values(Network network, Parameter p) {
        return Arrays.copyOfRange(network.parameters().values(), p.offset(), p.offset() + p.length());
    }

    @ParameterizedTest
    @EnumSource
    void frozenParametersNeverMove(Case what) {
        for (SiteMode mode : SiteMode.values()) {
            Network before = what.network();
            Network after = train(what, mode, 4, SimdWidth.SCALAR, Workers.callingThread());
            for (Parameter p : before.parameters().list()) {
                boolean moves = p.trainable() && what.selects(p.name());
                assertThat(Arrays.equals(values(after, p), values(before, p)))
                        .as("%s of %s keeps its bits, %s", p.name(), what, mode)
                        .isNotEqualTo(moves);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theMachineChangesNothing(Case what) {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (SiteMode mode : SiteMode.values()) {
                float[] expected = train(what, mode, 3, SimdWidth.SCALAR, Workers.callingThread())
                        .parameters()
                        .values();
                float[] found = train(what, mode, 3, SimdWidth.AUTO, Workers.on(threads, 2))
                        .parameters()
                        .values();
                assertThat(found).as("%s, %s", what, mode).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    /** While B is 0 noise on A h reaches no logit, so that the first step leaves A as it is, exactly, and the second moves it. */
    @Test
    void theInnerMatrixOfALowRankAdapterWaitsForTheOuter() {
        Network start = Case.LORA.network();
        Network one = train(Case.LORA, SiteMode.LAYER_WISE, 1, SimdWidth.SCALAR, Workers.callingThread());
        Network two = train(Case.LORA, SiteMode.LAYER_WISE, 2, SimdWidth.SCALAR, Workers.callingThread());
        for (Parameter p : start.parameters().list()) {
            if (p.name().endsWith(".lora.a")) {
                assertThat(values(one, p)).as(p.name()).isEqualTo(values(start, p));
                assertThat(values(two, p)).as(p.name()).isNotEqualTo(values(start, p));
            }
        }
    }
}
