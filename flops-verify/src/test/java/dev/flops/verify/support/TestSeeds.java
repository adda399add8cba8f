package dev.flops.verify.support;

import dev.flops.api.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * Seeds from names. The system property {@value #PROPERTY} changes all of them together; {@value #FRESH} in its place draws one
 * for the run, prints it and writes it to {@code target/}{@value #FILE}: given as the property, it repeats the samples of that run.
 */
public final class TestSeeds {
    private static final String PROPERTY = "flops.seed";
    private static final String FRESH = "fresh";
    private static final String FILE = "seed.txt";

    private TestSeeds() {}

    /** The seed of samples: a hash of the name and of the seed of the run. */
    public static long of(String name) {
        return hash(name + OfRun.SEED);
    }

    /** The key of perturbations. */
    public static RandomKey key(String name) {
        return RandomKey.ofSeed(of(name)).forPurpose(RandomKey.Purpose.PERTURBATION);
    }

    /** A generator of problems; it does not follow the seed of the run, since problems are not samples. */
    public static SplittableRandom problems(String name) {
        return new SplittableRandom(hash(name));
    }

    /** What the property asks for: itself, or a seed drawn now, which is in the file before anything uses it. */
    static String resolve(String property, Path folder) {
        if (!property.equals(FRESH)) {
            return property;
        }
        String drawn = Long.toUnsignedString(new SecureRandom().nextLong());
        try {
            Files.writeString(Files.createDirectories(folder).resolve(FILE), drawn + System.lineSeparator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("fresh samples, again with -D" + PROPERTY + "=" + drawn);
        return drawn;
    }

    /** Drawn when the first test asks. */
    private static final class OfRun {
        static final String SEED = resolve(System.getProperty(PROPERTY, ""), Path.of("target"));
    }

    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
