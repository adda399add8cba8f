package dev.flops.bench.task;

import java.util.List;

/**
 * What a task consists of once it is assembled; nothing of it changes while it runs.
 *
 * @param simd kernels in use: "512", "256", "128" or "scalar"
 * @param parameters number of parameters d
 * @param trainable number of those that are trained
 * @param sites names of the perturbation sites that are used, in forward order
 * @param withoutSite names of parameters that no site covers and that stay frozen for it
 * @param trainClasses training examples of each class
 * @param probeExamples held-out examples
 * @param testClasses test examples of each class
 * @param normalization how bytes became features
 * @param budget queries per step N
 * @param samples samples per step N_s
 * @param queriesPerSample queries of one sample c
 */
public record TaskDescription(
        String simd,
        int parameters,
        int trainable,
        List<String> sites,
        List<String> withoutSite,
        List<Integer> trainClasses,
        int probeExamples,
        List<Integer> testClasses,
        String normalization,
        long budget,
        int samples,
        int queriesPerSample) {
    /** Copies the lists. */
    public TaskDescription {
        sites = List.copyOf(sites);
        withoutSite = List.copyOf(withoutSite);
        trainClasses = List.copyOf(trainClasses);
        testClasses = List.copyOf(testClasses);
    }
}
