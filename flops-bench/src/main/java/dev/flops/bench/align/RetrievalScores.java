package dev.flops.bench.align;

/**
 * How well pictures and texts find each other among those held out. A share each.
 *
 * @param imageToText1 pictures whose own text is nearest
 * @param imageToText10 pictures whose own text is among the ten nearest
 * @param textToImage1 texts whose own picture is nearest
 * @param textToImage10 texts whose own picture is among the ten nearest
 * @param categoryAccuracy pictures to which the name of their own category is the nearest of the names of all
 */
public record RetrievalScores(
        double imageToText1,
        double imageToText10,
        double textToImage1,
        double textToImage10,
        double categoryAccuracy) {}
