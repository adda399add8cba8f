package dev.flops.verify.support;

import dev.flops.api.RandomKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/**
 * Seeds from names. The system property {@code flops.seed} changes all of them together, for nightly runs with fresh
 * samples; it is reported by whoever sets it.
 */
public final class TestSeeds {
    private TestSeeds() {}

    /** The seed of samples: a hash of the name and of {@code flops.seed}. */
    public static long of(String name) {
        return hash(name + System.getProperty("flops.seed", ""));
    }

    /** The key of perturbations. */
    public static RandomKey key(String name) {
        return RandomKey.ofSeed(of(name)).forPurpose(RandomKey.Purpose.PERTURBATION);
    }

    /** A generator of problems; it does not follow {@code flops.seed}, since problems are not samples. */
    public static SplittableRandom problems(String name) {
        return new SplittableRandom(hash(name));
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
