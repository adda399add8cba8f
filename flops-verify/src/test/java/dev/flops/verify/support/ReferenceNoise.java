package dev.flops.verify.support;

import dev.flops.api.NoiseAddress;

/** The Gaussian noise that {@link NoiseAddress} documents, in double precision. */
public final class ReferenceNoise {
    private ReferenceNoise() {}

    public static double gaussian(NoiseAddress address, int element) {
        int group = element / 32;
        int rest = element % 32;
        long words = address.key().bits(16 * group + rest % 16, address.site() * (1 << 20) + address.sample());
        int x0 = (int) (words >>> 32);
        int x1 = (int) words;
        double u = (float) (x0 >>> 1) * 0x1p-31 + 0x1p-32;
        double radius = Math.sqrt(-2 * Math.log(u));
        double angle = Math.PI * ((float) x1 * 0x1p-31);
        return rest < 16 ? radius * Math.cos(angle) : radius * Math.sin(angle);
    }

    public static int rademacher(NoiseAddress address, int element) {
        int group = element / 32;
        int rest = element % 32;
        long words = address.key().bits(16 * group + rest % 16, address.site() * (1 << 20) + address.sample());
        int word = rest < 16 ? (int) (words >>> 32) : (int) words;
        return word < 0 ? -1 : 1;
    }
}
