package dev.flops.tensor.internal.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Kernels of which one method is wrong in the last bit of one number: the first that it changes in an array, or the one
 * that it returns. Whatever compares bits must tell them from the right ones.
 */
final class MutantKernels {
    private MutantKernels() {}

    /** The kernels with a defect in {@code mutated}, as in "RowKernels.softmax". */
    static Kernels of(Kernels kernels, String mutated) {
        return new Kernels(
                kernels.name() + " without the last bit of " + mutated,
                mutate(MatrixKernels.class, kernels.matrix(), mutated),
                mutate(AttentionKernels.class, kernels.attention(), mutated),
                mutate(ConvolutionKernels.class, kernels.convolution(), mutated),
                mutate(WindowKernels.class, kernels.window(), mutated),
                mutate(ElementwiseKernels.class, kernels.elementwise(), mutated),
                mutate(RowKernels.class, kernels.row(), mutated),
                mutate(NoiseKernels.class, kernels.noise(), mutated));
    }

    private static <T> T mutate(Class<T> type, T kernels, String mutated) {
        if (!mutated.startsWith(type.getSimpleName() + ".")) {
            return kernels;
        }
        String name = mutated.substring(type.getSimpleName().length() + 1);
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getName().equals(name)
                        ? wrong(kernels, method, arguments)
                        : invoke(kernels, method, arguments)));
    }

    private static Object wrong(Object kernels, Method method, Object[] arguments) throws Throwable {
        List<float[]> arrays = new ArrayList<>();
        List<float[]> before = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof float[] array) {
                arrays.add(array);
                before.add(array.clone());
            }
        }
        Object result = invoke(kernels, method, arguments);
        for (int array = 0; array < arrays.size(); array++) {
            if (changeLastBit(arrays.get(array), before.get(array))) {
                return result;
            }
        }
        return result instanceof Float number ? (Object) Math.nextUp(number) : result;
    }

    private static boolean changeLastBit(float[] array, float[] before) {
        for (int e = 0; e < array.length; e++) {
            if (Float.floatToIntBits(array[e]) != Float.floatToIntBits(before[e]) && Float.isFinite(array[e])) {
                array[e] = Math.nextUp(array[e]);
                return true;
            }
        }
        return false;
    }

    private static Object invoke(Object kernels, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(kernels, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
