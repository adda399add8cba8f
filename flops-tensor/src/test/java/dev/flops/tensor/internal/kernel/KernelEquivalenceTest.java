package dev.flops.tensor.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flops.tensor.spec.SimdWidth;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel gives the same bits on every vector width, around multiples of the lanes, at offsets, and for every kind
 * of number; all NaN count as one.
 */
class KernelEquivalenceTest {
    private static final int[] LENGTHS = {1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 15, 16, 17, 31, 32, 33, 48, 64, 65, 207, 4098
    };
    private static final int[] OFFSETS = {0, 1, 5};

    static Stream<String> kernels() {
        return KernelCases.all().keySet().stream();
    }

    @Test
    void everyMethodOfEveryKernelInterfaceHasACase() {
        TreeSet<String> methods = new TreeSet<>();
        for (RecordComponent component : Kernels.class.getRecordComponents()) {
            if (component.getType().isInterface()) {
                for (Method method : component.getType().getDeclaredMethods()) {
                    if (Modifier.isAbstract(method.getModifiers())) {
                        assertThat(methods.add(component.getType().getSimpleName() + "." + method.getName()))
                                .as("overloads need cases of their own: %s", method)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(methods).hasSizeGreaterThan(25);
        assertThat(KernelCases.all().keySet()).isEqualTo(methods);
    }

    @Tag("simd")
    @ParameterizedTest
    @MethodSource("kernels")
    void sameBitsOnEveryWidth(String kernel) {
        KernelCases.Case test = KernelCases.all().get(kernel);
        Kernels scalar = KernelProvider.kernels(SimdWidth.SCALAR);
        List<Kernels> others = vectorKernels();
        for (KernelInput input : inputs()) {
            List<float[]> expected = test.run(scalar, input);
            for (Kernels kernels : others) {
                requireSameBits(kernel + " on " + kernels.name() + " for " + input, test.run(kernels, input), expected);
            }
        }
    }

    /** Methods that compute numbers; the others only say how much memory they need. */
    static Stream<String> computingKernels() {
        return kernels().filter(name -> !name.endsWith("Length"));
    }

    @ParameterizedTest
    @MethodSource("computingKernels")
    void aWrongLastBitIsRejected(String kernel) {
        KernelCases.Case test = KernelCases.all().get(kernel);
        Kernels scalar = KernelProvider.kernels(SimdWidth.SCALAR);
        KernelInput input = new KernelInput(33, 1, KernelInput.Kind.ORDINARY);
        List<float[]> expected = test.run(scalar, input);
        List<float[]> mutant = test.run(MutantKernels.of(scalar, kernel), input);
        assertThatThrownBy(() -> requireSameBits(kernel, mutant, expected)).isInstanceOf(AssertionError.class);
    }

    /** Should an output not depend on the input, the comparison above would be vacuous. */
    @ParameterizedTest
    @MethodSource("kernels")
    void outputsAreWritten(String kernel) {
        Kernels scalar = KernelProvider.kernels(SimdWidth.SCALAR);
        KernelInput input = new KernelInput(33, 1, KernelInput.Kind.ORDINARY);
        List<float[]> written = KernelCases.all().get(kernel).run(scalar, input);
        assertThat(written).isNotEmpty().allSatisfy(array -> {
            int numbers = 0;
            for (float value : array) {
                numbers += Float.isNaN(value) ? 0 : 1;
            }
            assertThat(numbers).isPositive();
        });
    }

    private static List<Kernels> vectorKernels() {
        return List.of(VectorKernelSets.ofBits(512), VectorKernelSets.ofBits(256), VectorKernelSets.ofBits(128));
    }

    private static List<KernelInput> inputs() {
        List<KernelInput> inputs = new ArrayList<>();
        for (int n : LENGTHS) {
            for (int offset : OFFSETS) {
                for (KernelInput.Kind kind : KernelInput.Kind.values()) {
                    inputs.add(new KernelInput(n, offset, kind));
                }
            }
        }
        return inputs;
    }

    private static void requireSameBits(String what, List<float[]> actual, List<float[]> expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int array = 0; array < expected.size(); array++) {
            assertThat(MatrixCase.bits(actual.get(array)))
                    .as("%s, array %d", what, array)
                    .isEqualTo(MatrixCase.bits(expected.get(array)));
        }
    }
}
