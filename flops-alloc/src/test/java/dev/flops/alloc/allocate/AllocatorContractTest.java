package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.api.Allocation;
import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.QueryAllocator;
import dev.flops.api.RandomKey;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What every allocator promises, on requests of every kind. */
final class AllocatorContractTest {
    private static final GaussianAllocatorConfig GAUSSIAN = GaussianAllocatorConfig.defaults();
    private static final List<QueryAllocator> ALLOCATORS = Allocators.all();

    @Provide
    Arbitrary<QueryAllocator> allocators() {
        return Arbitraries.of(ALLOCATORS);
    }

    @Property(tries = 1000)
    void givesOutTheBudgetExactlyAndRespectsTheMinimum(
            @ForAll("allocators") QueryAllocator allocator, @ForAll long seed) {
        assertBudget(allocator, seed);
    }

    private static void assertBudget(QueryAllocator allocator, long seed) {
        AllocationRequest request = Problems.complete(seed);
        AllocatorState state = allocator.initialState();
        for (int step = 0; step < 3; step++) {
            Allocation allocation = allocator.allocate(request, state);
            assertThat(allocation.examples()).isEqualTo(request.batchSize());
            assertThat(allocation.total()).isEqualTo(request.samples());
            for (int i = 0; i < allocation.examples(); i++) {
                boolean left = allocation.weight(i) == 0;
                assertThat(allocation.samples(i)).isGreaterThanOrEqualTo(left ? 0 : request.minimum());
                assertThat(allocation.weight(i)).isFinite();
            }
            state = allocator.update(request, measured(seed + step, request.batchSize()), state);
        }
    }

    /** Only importance sampling and the pooled control weight examples; all others leave no example out. */
    @Property(tries = 300)
    void onlyWeightedAllocatorsWeight(@ForAll("allocators") QueryAllocator allocator, @ForAll long seed) {
        Allocation allocation = allocator.allocate(Problems.complete(seed), allocator.initialState());
        boolean weights = allocator instanceof ImportanceAllocator || allocator instanceof BiasedPooledControl;
        assertThat(allocation.isWeighted()).isEqualTo(weights);
    }

    @Test
    void everyAllocatorOfThePackageIsHere() throws Exception {
        assertThat(ALLOCATORS)
                .extracting(Object::getClass)
                .as("an allocator that is not in Allocators.all() is not tested")
                .containsAll(Allocators.classesOfThePackage());
        assertThat(Allocators.classesOfThePackage()).hasSizeGreaterThan(6);
    }

    @Test
    void whatIsBiasedSaysSo() {
        for (QueryAllocator allocator : ALLOCATORS) {
            assertThat(allocator.name().contains("biased")).isEqualTo(!allocator.unbiased());
            assertThat(allocator.unbiased()).isEqualTo(!(allocator instanceof BiasedPooledControl));
        }
    }

    @Test
    void everyAllocatorKnowsItsOperations() {
        AllocationRequest request = Problems.complete(5);
        for (QueryAllocator allocator : ALLOCATORS) {
            assertThat(allocator.flops(request, allocator.initialState())).isPositive();
        }
    }

    @Test
    void aRoundingThatLosesASampleIsRejected() {
        LargestRemainder.Rounding floor = (shares, free, minimum, out, workspace) -> {
            for (int i = 0; i < out.length; i++) {
                out[i] = minimum + (int) (free * shares[i]);
            }
        };
        PolicyGradient.Parts production = PolicyGradient.Parts.PRODUCTION;
        QueryAllocator mutant = new GaussianAllocator(
                GAUSSIAN, new PolicyGradient.Parts(floor, production.baseline(), production.equalVariance()));
        assertThatThrownBy(() -> {
                    for (long seed = 0; seed < 20; seed++) {
                        assertBudget(mutant, seed);
                    }
                })
                .isInstanceOf(AssertionError.class);
    }

    @Property(tries = 500)
    void isAPureFunction(@ForAll("allocators") QueryAllocator allocator, @ForAll long seed) {
        AllocationRequest request = Problems.complete(seed);
        double[] remembered = request.rememberedVariances().clone();
        float[] losses = request.signals().cleanLosses().clone();
        float[] errorNorms = request.signals().errorNorms().clone();
        double[] pilot = request.signals().pilotVariances().clone();
        double[] measured = measured(seed, request.batchSize());
        double[] before = measured.clone();
        AllocatorState state = allocator.initialState();

        Allocation allocation = allocator.allocate(request, state);
        AllocatorState next = allocator.update(request, measured, state);

        assertThat(request.rememberedVariances()).isEqualTo(remembered);
        assertThat(request.signals().cleanLosses()).isEqualTo(losses);
        assertThat(request.signals().errorNorms()).isEqualTo(errorNorms);
        assertThat(request.signals().pilotVariances()).isEqualTo(pilot);
        assertThat(measured).isEqualTo(before);
        assertThat(state).isEqualTo(allocator.initialState());
        assertThat(allocator.allocate(request, state)).isEqualTo(allocation);
        assertThat(allocator.update(request, measured, state)).isEqualTo(next);
    }

    /** Scratch memory that an allocator keeps is no memory of what it was asked: of another batch size, or the same. */
    @Property(tries = 100)
    void answersAsIfItHadNeverBeenAsked(@ForAll long seed) {
        AllocationRequest request = Problems.complete(seed);
        double[] measured = measured(seed, request.batchSize());
        AllocationRequest same = new AllocationRequest(
                request.signals(),
                measured(seed + 9, request.batchSize()),
                request.samples(),
                request.minimum(),
                RandomKey.ofSeed(seed));
        List<QueryAllocator> unasked = Allocators.all();
        for (int i = 0; i < unasked.size(); i++) {
            QueryAllocator asked = ALLOCATORS.get(i);
            AllocatorState state = asked.initialState();
            for (AllocationRequest earlier : List.of(Problems.complete(seed + 1), same)) {
                asked.allocate(earlier, state);
                asked.update(earlier, measured(seed + 3, earlier.batchSize()), state);
            }
            assertThat(asked.allocate(request, state)).isEqualTo(unasked.get(i).allocate(request, state));
            assertThat(asked.update(request, measured, state))
                    .isEqualTo(unasked.get(i).update(request, measured, state));
        }
    }

    @Property(tries = 500)
    void learnsFiniteNumbersFromWhateverWasMeasured(@ForAll("allocators") QueryAllocator allocator, @ForAll long seed) {
        AllocationRequest request = Problems.complete(seed);
        AllocatorState state = allocator.initialState();
        for (int step = 0; step < 5; step++) {
            state = allocator.update(request, measured(seed + step, request.batchSize()), state);
            for (double value : state.values()) {
                assertThat(value).isFinite();
            }
        }
    }

    @Test
    void refusesVariancesOfAnotherBatch() {
        AllocationRequest request = Problems.complete(5);
        for (QueryAllocator allocator : ALLOCATORS) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> allocator.update(request, new double[99], allocator.initialState()))
                    .withMessage("sampleVariances.length = 99, expected " + request.batchSize());
        }
    }

    @Test
    void namesAreDistinct() {
        assertThat(ALLOCATORS).extracting(QueryAllocator::name).doesNotHaveDuplicates();
    }

    private static double[] measured(long seed, int batch) {
        return Problems.variances(new SplittableRandom(seed + 1), batch);
    }
}
