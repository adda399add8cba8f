package dev.flops.bench.rival;

import dev.flops.api.RandomKey;
import org.apache.commons.math3.random.AbstractRandomGenerator;

/** The numbers of a key, one after another, for libraries that want a generator. */
final class KeyedGenerator extends AbstractRandomGenerator {
    private RandomKey key;
    private int drawn;

    KeyedGenerator(RandomKey key) {
        this.key = key;
    }

    @Override
    public void setSeed(long seed) {
        clear();
        key = RandomKey.ofSeed(seed);
        drawn = 0;
    }

    @Override
    public double nextDouble() {
        return key.uniform(0, drawn++);
    }
}
