package dev.flops.bench.rival;

/** Checks of settings. */
final class Settings {
    private Settings() {}

    static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " = " + value + ", expected a finite number > 0");
        }
    }
}
