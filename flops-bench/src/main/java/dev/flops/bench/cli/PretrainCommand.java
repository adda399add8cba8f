package dev.flops.bench.cli;

import dev.flops.alloc.train.Evaluation;
import dev.flops.bench.pretrain.Pretraining;
import dev.flops.bench.pretrain.PretrainingConfig;
import dev.flops.bench.task.UsageException;
import dev.flops.bench.task.WorkerPool;
import dev.flops.models.data.FashionMnist;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.spec.SimdWidth;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./flops pretrain}: trains the small vision transformer by backpropagation and writes its weights. */
@Command(
        name = "pretrain",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description =
                "Trains the small vision transformer on the embedded part of Fashion-MNIST by backpropagation, the"
                        + " reference, and writes its weights as a safetensors file: the checkpoint that forward learning adapts.",
        footerHeading = "%n",
        footer = "Exit codes: 0 done, 1 the run failed, 2 wrong usage, 130 stopped by Ctrl-C.")
final class PretrainCommand implements Callable<Integer> {
    private static final VisionTransformerConfig MODEL =
            new VisionTransformerConfig(FashionMnist.SIDE, 1, 7, 48, 2, 3, 192, FashionMnist.CLASSES);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Times every example is seen (default ${DEFAULT-VALUE}).")
    private int epochs = 15;

    @Option(names = "--batch", paramLabel = "N", description = "Examples per step (default ${DEFAULT-VALUE}).")
    private int batch = 64;

    @Option(names = "--lr", paramLabel = "R", description = "Peak learning rate (default ${DEFAULT-VALUE}).")
    private double learningRate = 2e-3;

    @Option(names = "--weight-decay", paramLabel = "R", description = "AdamW's decay (default ${DEFAULT-VALUE}).")
    private double weightDecay = 0.05;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random (default ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that compute; they change no result (default here ${DEFAULT-VALUE}).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--simd",
            paramLabel = "WIDTH",
            description = "Vector width: ${COMPLETION-CANDIDATES}; it changes no result (default ${DEFAULT-VALUE}).")
    private SimdWidth simd = SimdWidth.AUTO;

    @Option(names = "--out", paramLabel = "FILE", description = "File of the weights (default ${DEFAULT-VALUE}).")
    private Path out = Path.of("runs", "pretrained.safetensors");

    /** Creates the command. */
    PretrainCommand() {}

    @Override
    public Integer call() throws IOException {
        PrintWriter text = spec.commandLine().getOut();
        PretrainingConfig config = config();
        Path folder = out.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        VectorModule.warnIfMissed(simd, spec.commandLine().getErr());
        try (WorkerPool pool = new WorkerPool(threads);
                Interruption interruption =
                        Interruption.install(spec.commandLine().getErr())) {
            long begun = System.nanoTime();
            Pretraining training = pretraining(config, pool);
            training.run((epoch, loss) -> {
                text.printf(Locale.ROOT, "epoch %d of %d: loss %.4f%n", epoch, epochs, loss);
                text.flush();
                return !interruption.requested();
            });
            if (training.stopped()) {
                return FlopsCommand.INTERRUPTED;
            }
            double seconds = 1e-9 * (System.nanoTime() - begun);
            Evaluation test = training.evaluate(FashionMnist.embeddedTest());
            training.write(out, metadata(test));
            text.printf(
                    Locale.ROOT,
                    "accuracy %.2f %% on %,d test examples, loss %.4f, after %.1f s%nwritten %s%n",
                    100 * test.accuracy(),
                    test.examples(),
                    test.loss(),
                    seconds,
                    out);
            text.flush();
            return FlopsCommand.DONE;
        }
    }

    private static Pretraining pretraining(PretrainingConfig config, WorkerPool pool) {
        try {
            return new Pretraining(config, FashionMnist.embeddedTrain(), pool.workers());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private PretrainingConfig config() {
        try {
            return new PretrainingConfig(MODEL, epochs, batch, learningRate, weightDecay, seed, threads, simd);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Nothing that depends on the machine or the clock: the file is the same wherever it is made. */
    private Map<String, String> metadata(Evaluation test) {
        return Map.of(
                "format",
                "pt",
                "command",
                String.format(
                        Locale.ROOT,
                        "./flops pretrain --epochs %d --batch %d --lr %s --weight-decay %s --seed %d",
                        epochs,
                        batch,
                        learningRate,
                        weightDecay,
                        seed),
                "data",
                "Fashion-MNIST, first 600 training images of each class, features (p/255 - "
                        + FashionMnist.NORMALIZATION.mean() + ") / "
                        + FashionMnist.NORMALIZATION.standardDeviation(),
                "testAccuracy",
                Double.toString(test.accuracy()));
    }
}
