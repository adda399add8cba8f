package dev.flops.bench.task;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import dev.flops.api.RandomKey.Purpose;
import dev.flops.bench.task.DataConfig.DataChoice;
import dev.flops.models.data.ClassSplit;
import dev.flops.models.data.ExampleSubset;
import dev.flops.models.data.FashionMnist;
import dev.flops.models.data.ShiftedImages;
import dev.flops.models.data.ShiftedImages.Shift;
import dev.flops.models.data.UciDigits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The examples of a task.
 *
 * @param train what is learned from
 * @param probe held out from training to watch it; empty for none
 * @param test looked at once, at the end
 * @param normalization how bytes became features, for reports
 */
record TaskData(LabelledExamples train, Optional<LabelledExamples> probe, LabelledExamples test, String normalization) {
    private static final int TRAINING_PER_PROBE = 10;

    /**
     * Reads the data of a task.
     *
     * @throws UsageException if it has too few examples or is not what the network can take
     * @throws IOException if a file is missing or cannot be read
     * @throws dev.flops.models.data.InvalidDataException if the content of a file is invalid
     */
    static TaskData load(TaskConfig task) throws IOException {
        DataConfig config = task.data();
        ReadData all = config.set().isFormat()
                ? OwnData.read(
                        config.set(),
                        config.directory().orElseThrow(),
                        task.model().create(task.seed()).inputShape())
                : known(config);
        TaskData whole = split(all.train(), all.test(), config.probeExamples(), all.normalization());
        return config.shots().isEmpty() ? whole : whole.fewShot(config.shots().getAsInt(), task.seed());
    }

    private static ReadData known(DataConfig config) throws IOException {
        String normalization = "(pixel/255 - " + FashionMnist.NORMALIZATION.mean() + ") / "
                + FashionMnist.NORMALIZATION.standardDeviation();
        if (config.set() == DataChoice.DIGITS) {
            return new ReadData(UciDigits.train(), UciDigits.test(), normalization);
        }
        LabelledExamples train;
        LabelledExamples test;
        if (config.directory().isPresent()) {
            FashionMnist files = FashionMnist.fromDirectory(config.directory().get());
            train = files.train();
            test = files.test();
        } else {
            train = FashionMnist.embeddedTrain();
            test = FashionMnist.embeddedTest();
        }
        return new ReadData(shifted(train, config.set()), shifted(test, config.set()), normalization);
    }

    /** A few training examples of each class; what is held out stays. */
    private TaskData fewShot(int shots, long seed) {
        RandomKey key = RandomKey.ofSeed(seed).forPurpose(Purpose.SAMPLING).fold(-1, 0);
        try {
            return new TaskData(ClassSplit.fewShot(train, shots, key), probe, test, normalization);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static LabelledExamples shifted(LabelledExamples images, DataChoice set) {
        return switch (set) {
            case FASHION_MNIST, DIGITS, IDX, CIFAR10, CIFAR100, NPY, FOLDER -> images;
            case FASHION_MNIST_ROTATED -> ShiftedImages.of(images, Shift.ROTATED, FashionMnist.NORMALIZATION);
            case FASHION_MNIST_INVERTED -> ShiftedImages.of(images, Shift.INVERTED, FashionMnist.NORMALIZATION);
        };
    }

    /** Holds out the last examples of each class, probeExamples in all, but no more than a tenth of small sets. */
    static TaskData split(LabelledExamples all, LabelledExamples test, int probeExamples, String normalization) {
        int perClass = Math.min(probeExamples, all.size() / TRAINING_PER_PROBE) / all.classes();
        int[] remaining = classCounts(all);
        boolean[] heldOut = new boolean[all.size()];
        for (int i = 0; i < heldOut.length; i++) {
            heldOut[i] = remaining[all.label(i)]-- <= perClass;
        }
        int[] probe = IntStream.range(0, heldOut.length).filter(i -> heldOut[i]).toArray();
        int[] train =
                IntStream.range(0, heldOut.length).filter(i -> !heldOut[i]).toArray();
        return new TaskData(
                ExampleSubset.of(all, train),
                probe.length == 0 ? Optional.empty() : Optional.of(ExampleSubset.of(all, probe)),
                test,
                normalization);
    }

    /** Over labels and features of all examples, in their order. */
    String digest() {
        Hasher hasher = Hashing.murmur3_128().newHasher();
        hash(train, hasher);
        probe.ifPresent(examples -> hash(examples, hasher));
        hash(test, hasher);
        return hasher.hash().toString();
    }

    private static void hash(LabelledExamples examples, Hasher hasher) {
        int length = Arrays.stream(examples.exampleShape()).reduce(1, Math::multiplyExact);
        float[] features = new float[length];
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * length).order(ByteOrder.LITTLE_ENDIAN);
        hasher.putInt(examples.size());
        for (int i = 0; i < examples.size(); i++) {
            examples.readInto(i, features, 0);
            bytes.clear().asFloatBuffer().put(features);
            hasher.putInt(examples.label(i)).putBytes(bytes);
        }
    }

    /** Number of examples of each class. */
    static int[] classCounts(LabelledExamples examples) {
        int[] counts = new int[examples.classes()];
        for (int i = 0; i < examples.size(); i++) {
            counts[examples.label(i)]++;
        }
        return counts;
    }
}
