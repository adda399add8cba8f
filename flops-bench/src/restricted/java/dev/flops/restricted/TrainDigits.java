package dev.flops.restricted;

import dev.flops.alloc.allocate.GaussianAllocator;
import dev.flops.alloc.allocate.GaussianAllocatorConfig;
import dev.flops.alloc.allocate.VarianceMemory;
import dev.flops.alloc.estimate.LikelihoodRatioConfig;
import dev.flops.alloc.estimate.LikelihoodRatioEstimator;
import dev.flops.alloc.optimize.AdamOptimizer;
import dev.flops.alloc.optimize.CosineSchedule;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.TrainingConfig;
import dev.flops.api.LabelledExamples;
import dev.flops.api.Parameters;
import dev.flops.api.QueryBudget;
import dev.flops.models.data.UciDigits;
import dev.flops.models.vision.PretrainedVit;
import dev.flops.models.vision.VisionTransformer;
import dev.flops.models.vision.VisionTransformerConfig;
import dev.flops.tensor.TensorOps;
import dev.flops.tensor.Workers;
import dev.flops.tensor.network.Network;
import dev.flops.tensor.spec.SimdWidth;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;

/**
 * Adapts the embedded vision transformer to the embedded digits for a few steps, in a thread called {@value #WATCHED}, and prints the
 * kernels that ran and the SHA-256 of the parameters. A second argument names something that a library must not do; it is then done
 * in the first step, so that a watcher can show that it sees it.
 */
public final class TrainDigits {
    /** Name of the thread that trains. */
    public static final String WATCHED = "watched";

    private TrainDigits() {}

    /**
     * Trains.
     *
     * @param args steps, or 0 for assembling all and no training; what to do that must not be done, if anything
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws InterruptedException {
        int steps = Integer.parseInt(args[0]);
        String mischief = args.length > 1 ? args[1] : "none";
        Properties before = (Properties) System.getProperties().clone();
        String[] said = new String[1];
        Thread training = new Thread(() -> said[0] = train(steps, mischief), WATCHED);
        training.start();
        training.join();
        if (said[0] == null || !before.equals(System.getProperties())) {
            System.exit(1);
        }
        System.out.println(said[0]);
    }

    private static String train(int steps, String mischief) {
        if (mischief.equals("huge")) {
            VisionTransformer.create(new VisionTransformerConfig(28, 1, 7, 1024, 12, 16, 4096, 10), 0);
        }
        LabelledExamples data = UciDigits.train();
        Network network = PretrainedVit.create();
        TensorOps ops = TensorOps.of(SimdWidth.AUTO);
        Parameters trained = network.parameters()
                .select(name -> !network.parametersWithoutSite().contains(name));
        var estimator = new LikelihoodRatioEstimator(
                network, trained, data, ops, Workers.callingThread(), LikelihoodRatioConfig.DEFAULT);
        QueryBudget budget = new QueryBudget(16 + 32L * estimator.cost().queriesPerSample());
        Trainer trainer = new Trainer(
                new TrainingConfig(Math.max(steps, 1), 16, budget, 1, 1),
                data.size(),
                estimator,
                new GaussianAllocator(GaussianAllocatorConfig.defaults()),
                new AdamOptimizer(AdamOptimizer.Config.defaults()),
                new CosineSchedule(3e-3, 0, 0),
                new VarianceMemory(data.size(), 0.5));
        if (steps > 0) {
            trainer.run(step -> {
                act(mischief);
                return true;
            });
        }
        return ops.kernelName() + " " + sha256(network.parameters().values());
    }

    private static void act(String mischief) {
        Path here = Path.of("touched");
        try {
            switch (mischief) {
                case "none" -> {}
                case "read" -> new FileInputStream("/etc/hosts").close();
                case "write" -> Files.writeString(here, "x");
                case "random" -> new RandomAccessFile("touched", "rw").close();
                case "channel" ->
                    FileChannel.open(here, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                            .close();
                case "server" -> new ServerSocket(0).close();
                case "socket" -> new Socket("127.0.0.1", 9).close();
                case "socket-channel" -> SocketChannel.open().close();
                case "thread" -> new Thread(() -> {}).start();
                case "virtual" -> Thread.startVirtualThread(() -> {});
                case "process" -> new ProcessBuilder("true").start();
                case "property" -> System.setProperty("flops.touched", "1");
                case "cleared" -> System.clearProperty("user.dir");
                default -> throw new IllegalArgumentException(mischief);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
