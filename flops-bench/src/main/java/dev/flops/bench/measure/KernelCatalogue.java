package dev.flops.bench.measure;

import java.util.ArrayList;
import java.util.List;

/** Every kernel at the shapes that benchmarks and the doctor time. */
public final class KernelCatalogue {
    private KernelCatalogue() {}

    /**
     * All cases.
     *
     * @return each with another name
     */
    public static List<KernelCase> all() {
        List<KernelCase> cases = new ArrayList<>(MatrixCases.all());
        cases.addAll(ConvolutionCases.all());
        cases.addAll(RowCases.all());
        return cases;
    }

    /**
     * One case.
     *
     * @param name its name
     * @return the case
     */
    public static KernelCase named(String name) {
        return all().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("name = " + name + ", expected one of the catalogue's cases"));
    }
}
