package dev.flops.alloc.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flops.api.AllocationRequest;
import dev.flops.api.AllocatorState;
import dev.flops.api.GradientEstimate;
import dev.flops.api.GradientEstimator;
import dev.flops.api.QueryAllocator;
import dev.flops.api.StepSignals;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An allocation cannot depend on the losses that its own samples will have: {@code allocate} is given a request and a state,
 * the request carries exactly the values listed here, none of which the step's samples produce, and a state is made by
 * {@code initialState} or by {@code update} of an earlier step. A new component breaks these tests, and has to be argued for here.
 */
final class MeasurabilityTest {
    @Test
    void aRequestCarriesWhatIsKnownBeforeTheSamplesAreDrawn() {
        assertThat(components(AllocationRequest.class))
                .containsExactly("signals", "rememberedVariances", "samples", "minimum", "key", "sampleFlops");
        assertThat(components(StepSignals.class))
                .containsExactly("step", "examples", "cleanLosses", "errorNorms", "pilotVariances");
        assertThat(components(AllocatorState.class)).containsExactly("values");
    }

    private static List<String> components(Class<?> record) {
        return Arrays.stream(record.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    @Test
    void allocateSeesARequestAndAStateAlone() throws Exception {
        List<Method> allocating = Arrays.stream(QueryAllocator.class.getDeclaredMethods())
                .filter(m -> m.getReturnType().getSimpleName().equals("Allocation"))
                .toList();
        assertThat(allocating).hasSize(1);
        assertThat(allocating.getFirst().getParameterTypes())
                .containsExactly(AllocationRequest.class, AllocatorState.class);
    }

    /** No allocator can reach an estimator, an open step or an estimate through its fields or methods. */
    @Test
    void noAllocatorKnowsAnEstimate() throws Exception {
        for (Class<?> type : Allocators.classesOfThePackage()) {
            assertThat(estimatesKnownTo(type)).as("%s", type).isEmpty();
        }
    }

    /** What the test above must find. */
    private record Peeking(GradientEstimator.Step step, List<GradientEstimate> estimates) {}

    @Test
    void anAllocatorThatPeeksWouldBeFound() {
        assertThat(estimatesKnownTo(Peeking.class)).isNotEmpty();
    }

    private static List<Type> estimatesKnownTo(Class<?> type) {
        List<Type> known = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            known.add(field.getGenericType());
        }
        for (Method method : type.getDeclaredMethods()) {
            known.add(method.getGenericReturnType());
            known.addAll(List.of(method.getGenericParameterTypes()));
        }
        Arrays.stream(type.getDeclaredConstructors())
                .flatMap(c -> Stream.of(c.getGenericParameterTypes()))
                .forEach(known::add);
        return known.stream()
                .filter(t -> t.getTypeName().contains("GradientEst"))
                .toList();
    }
}
