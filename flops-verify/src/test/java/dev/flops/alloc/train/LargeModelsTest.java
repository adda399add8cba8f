package dev.flops.alloc.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.estimate.SamplingScheme;
import dev.flops.alloc.estimate.SiteMode;
import dev.flops.alloc.optimize.SgdOptimizer;
import dev.flops.api.Allocation;
import dev.flops.api.CostLedger;
import dev.flops.api.GradientEstimator;
import dev.flops.api.Parameters;
import dev.flops.api.RandomKey;
import dev.flops.models.vision.VisionPreset;
import dev.flops.models.weights.DataType;
import dev.flops.models.weights.SafetensorsFile;
import dev.flops.models.weights.SafetensorsWriter;
import dev.flops.models.weights.WeightLoader;
import dev.flops.models.weights.WeightNames;
import dev.flops.tensor.Shape;
import dev.flops.tensor.Tensor;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.Workspace;
import dev.flops.tensor.network.ForwardContext;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.network.PackedParameters;
import dev.flops.tensor.spec.SimdWidth;
import dev.flops.verify.support.MemoryExamples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Large networks in the heap that the JVM is given; enabled by {@code -Dflops.large=true}, see docs/models.md. */
@EnabledIfSystemProperty(named = "flops.large", matches = "true")
class LargeModelsTest {
    private static final int BATCH = 8;
    private static final int CLASSES = 1000;

    @TempDir
    private Path folder;

    private static void report(String what, long begun) {
        System.out.printf(
                "%s: %.1f s, heap at most %d MiB%n",
                what, (System.nanoTime() - begun) * 1e-9, Runtime.getRuntime().maxMemory() >> 20);
    }

    private static float largestLogit(Network network, int batch) {
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        Shape one = network.inputShape();
        Tensor images = Tensor.zeros(batch, one.extent(0), one.extent(1), one.extent(2));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < images.elements(); i++) {
            images.array()[i] = (float) random.nextGaussian();
        }
        Tensor logits = ForwardContext.inference(ops, new PackedParameters(ops, network), new Workspace())
                .run(network, images)
                .tensor();
        assertThat(logits.shape()).isEqualTo(Shape.of(batch, CLASSES));
        float largest = 0;
        for (int i = 0; i < logits.elements(); i++) {
            largest = Math.max(largest, Math.abs(logits.array()[logits.offset() + i]));
        }
        return largest;
    }

    @Test
    void vitBaseRuns() {
        long begun = System.nanoTime();
        assertThat(largestLogit(VisionPreset.VIT_BASE_PATCH16_224.create(3, CLASSES, 1), BATCH))
                .isBetween(0.1f, 100f);
        report("ViT-B/16, forward of 8", begun);
    }

    @Test
    void vitBaseLearns() {
        Network network = VisionPreset.VIT_BASE_PATCH16_224.create(3, CLASSES, 1);
        long begun = System.nanoTime();
        Parameters trained =
                network.parameters().select(name -> name.startsWith(System.getProperty("flops.large.trained", "")));
        MemoryExamples data = MemoryExamples.random(
                BATCH, CLASSES, new SplittableRandom(3), network.inputShape().toArray());
        GradientEstimator estimator = new LikelihoodRatioEstimator(
                network,
                trained,
                data,
                TensorOps.of(SimdWidth.AUTO),
                Workers.callingThread(),
                new LikelihoodRatioConfig(SiteMode.LAYER_WISE, SamplingScheme.CLEAN_BASELINE, 0.05f, 1, 1));
        CostLedger ledger = new CostLedger();
        float[] gradient = estimator
                .begin(0, IntStream.range(0, BATCH).toArray(), RandomKey.ofSeed(1), ledger)
                .estimate(Allocation.equal(BATCH, BATCH))
                .gradient();
        SgdOptimizer optimizer = new SgdOptimizer(new SgdOptimizer.Config(0, 0));
        float before = network.parameters()
                .values()[network.parameters().get("head.bias").offset()];
        optimizer.stepInPlace(trained, gradient, 1e-3, optimizer.initialState(trained.dimension()));
        assertThat(network.parameters()
                        .values()[network.parameters().get("head.bias").offset()])
                .isNotEqualTo(before);
        report("ViT-B/16, one step of 8 examples, " + ledger.queries() + " queries", begun);
    }

    @Test
    void vitLargeIsWrittenAndReadBack() throws IOException {
        Path file = folder.resolve("vit-large.safetensors");
        float expected = write(file);
        long begun = System.nanoTime();
        Network network = VisionPreset.VIT_LARGE_PATCH16_224.create(3, CLASSES, 2);
        long created = System.nanoTime();
        try (SafetensorsFile source = SafetensorsFile.open(file)) {
            WeightLoader.load(source, network.parameters(), WeightNames.same()).requireComplete("vit-large");
        }
        report("ViT-L/16, loading", created);
        assertThat(network.parameters().values()[network.parameters().dimension() / 2])
                .isEqualTo(expected);
        assertThat(largestLogit(network, 1)).isBetween(0.1f, 100f);
        report("ViT-L/16, made, loaded, forward of 1", begun);
    }

    /** Returns one of the weights; the network is garbage afterwards. */
    private static float write(Path file) throws IOException {
        Network written = VisionPreset.VIT_LARGE_PATCH16_224.create(3, CLASSES, 1);
        SafetensorsWriter.write(file, written.parameters(), DataType.F32, Map.of());
        return written.parameters().values()[written.parameters().dimension() / 2];
    }
}
