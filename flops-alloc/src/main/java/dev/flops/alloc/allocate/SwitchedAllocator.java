package dev.flops.alloc.allocate;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;
import java.util.Arrays;

/**
 * Allocates only while that pays: equal shares until the measured CV covers the operations of the allocator inside, by the
 * {@link SwitchOnRule}, and again when it no longer does.
 *
 * <p>CV² is a running mean over steps (weight of the newest 0.05, or 1/t in step t if that is more), which costs O(B) per step
 * whether on or off. The allocator inside learns from the steps in which it is on. No clock is read.
 *
 * <p>State: number of measurements, running CV², then the state of the allocator inside.
 */
public final class SwitchedAllocator implements QueryAllocator {
    private static final double NEWEST = 0.05;
    private static final int OWN = 2;

    private final QueryAllocator inner;
    private final SwitchOnRule rule;

    /**
     * Makes the allocator.
     *
     * @param inner decides while it pays
     * @param rule says when it does
     */
    public SwitchedAllocator(QueryAllocator inner, SwitchOnRule rule) {
        this.inner = inner;
        this.rule = rule;
    }

    @Override
    public String name() {
        return "switched-" + inner.name();
    }

    @Override
    public boolean unbiased() {
        return inner.unbiased();
    }

    @Override
    public AllocatorState initialState() {
        return join(0, 0, inner.initialState());
    }

    /**
     * Whether the allocator inside decides the step.
     *
     * @param request the request
     * @param state a state of this allocator
     * @return false: equal shares
     */
    public boolean isOn(AllocationRequest request, AllocatorState state) {
        double overhead = inner.flops(request, innerState(state));
        return rule.pays(squaredCv(state), request.samples(), request.sampleFlops(), overhead);
    }

    /**
     * The running CV² in a state of this allocator.
     *
     * @param state the state
     * @return CV², 0 before the first measurement
     */
    public static double squaredCv(AllocatorState state) {
        return state.value(1);
    }

    @Override
    public Allocation allocate(AllocationRequest request, AllocatorState state) {
        return isOn(request, state)
                ? inner.allocate(request, innerState(state))
                : Allocation.equal(request.batchSize(), request.samples());
    }

    @Override
    public AllocatorState update(AllocationRequest request, double[] sampleVariances, AllocatorState state) {
        AllocationChecks.requireLength("sampleVariances", sampleVariances.length, request.batchSize());
        AllocatorState next = innerState(state);
        if (isOn(request, state)) {
            next = inner.update(request, sampleVariances, next);
        }
        double count = state.value(0);
        double mean = squaredCv(state);
        double found = SwitchOnRule.squaredCv(request.rememberedVariances(), sampleVariances);
        if (Double.isFinite(found)) {
            count++;
            mean += Math.max(NEWEST, 1 / count) * (found - mean);
        }
        return join(count, mean, next);
    }

    /** {@inheritDoc} The measurement of CV, and the allocator inside while it is on. */
    @Override
    public long flops(AllocationRequest request, AllocatorState state) {
        long measuring = 10L * request.batchSize();
        return isOn(request, state) ? measuring + inner.flops(request, innerState(state)) : measuring;
    }

    private static AllocatorState innerState(AllocatorState state) {
        double[] values = state.values();
        if (values.length < OWN) {
            throw new IllegalArgumentException("state.values.length = " + values.length + ", expected >= " + OWN);
        }
        return new AllocatorState(Arrays.copyOfRange(values, OWN, values.length));
    }

    private static AllocatorState join(double count, double mean, AllocatorState inner) {
        double[] own = inner.values();
        double[] values = new double[OWN + own.length];
        values[0] = count;
        values[1] = mean;
        System.arraycopy(own, 0, values, OWN, own.length);
        return new AllocatorState(values);
    }
}
