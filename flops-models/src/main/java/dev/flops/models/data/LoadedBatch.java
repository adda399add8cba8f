package dev.flops.models.data;

/**
 * A batch in memory.
 *
 * @param step its number
 * @param examples indices of its examples
 * @param labels their labels
 * @param features their features, (examples, exampleLength), row-major
 */
public record LoadedBatch(int step, int[] examples, int[] labels, float[] features) {}
