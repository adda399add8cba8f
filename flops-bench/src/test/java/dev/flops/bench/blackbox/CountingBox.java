package dev.flops.bench.blackbox;

import dev.flops.api.Objective;
import java.util.ArrayList;
import java.util.List;

/** A black box that counts, keeps the sizes of its calls, answers each time differently if told to, and fails when told to. */
final class CountingBox implements Objective {
    private final boolean noisy;
    private final List<Integer> calls = new ArrayList<>();
    private int answered;
    private int failAfter = Integer.MAX_VALUE;

    CountingBox(boolean noisy) {
        this.noisy = noisy;
    }

    /** Fails in the call that would answer more than so many queries. */
    CountingBox failingAfter(int queries) {
        failAfter = queries;
        return this;
    }

    int answered() {
        return answered;
    }

    List<Integer> calls() {
        return calls;
    }

    @Override
    public int dimension() {
        return 3;
    }

    @Override
    public int examples() {
        return 8;
    }

    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        if (answered + losses.length > failAfter) {
            throw new BlackBoxException("out of order", null);
        }
        calls.add(losses.length);
        for (int q = 0; q < losses.length; q++) {
            float noise = noisy ? answered + q : 0;
            losses[q] = loss(points, 3 * q, examples[q]) + noise;
        }
        answered += losses.length;
    }

    /** ‖θ − target of the example‖², the target a corner of a cube. */
    static float loss(float[] points, int offset, int example) {
        float sum = 0;
        for (int i = 0; i < 3; i++) {
            float distance = points[offset + i] - (example >> i & 1);
            sum += distance * distance;
        }
        return sum;
    }
}
