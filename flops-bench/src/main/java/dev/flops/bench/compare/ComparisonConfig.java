package dev.flops.bench.compare;

import dev.flops.bench.task.TaskConfig;
import java.util.HashSet;
import java.util.List;

/**
 * What to compare, and how.
 *
 * <p>Every run spends the same total number of queries, clean forwards counted; an arm that spends less a step takes more
 * steps. Each arm's learning rate and perturbation scale are found on seeds of its own, by accuracy on held-out training examples; test examples take
 * no part in the search.
 *
 * @param base the task; its allocator, budget, steps, learning rate and seed are replaced
 * @param arms the rivals, the first of which the others are compared with
 * @param seeds seeds of the compared runs, at least 2
 * @param queries queries of one run, clean forwards counted
 * @param learningRates rates to choose from, at least 1
 * @param sigmas perturbation scales to choose from, at least 1; with one pair of rate and scale there is no search
 * @param searchSeeds seeds of the search, none of {@code seeds}; at least 1 if there is a search
 * @param points points of a learning curve, at least 1
 * @param confidence of the intervals, in (0, 1)
 */
public record ComparisonConfig(
        TaskConfig base,
        List<Arm> arms,
        List<Long> seeds,
        long queries,
        List<Double> learningRates,
        List<Float> sigmas,
        List<Long> searchSeeds,
        int points,
        double confidence) {
    /** Checks the ranges. */
    public ComparisonConfig {
        arms = distinct("arms", arms, 1);
        seeds = distinct("seeds", seeds, 2);
        learningRates = distinct("learningRates", learningRates, 1);
        sigmas = distinct("sigmas", sigmas, 1);
        searchSeeds = distinct("searchSeeds", searchSeeds, learningRates.size() * sigmas.size() > 1 ? 1 : 0);
        for (long seed : searchSeeds) {
            if (seeds.contains(seed)) {
                throw new IllegalArgumentException(
                        "searchSeeds holds " + seed + ", which is one of seeds; expected seeds of its own");
            }
        }
        if (queries < 1) {
            throw new IllegalArgumentException("queries = " + queries + ", expected >= 1");
        }
        if (points < 1) {
            throw new IllegalArgumentException("points = " + points + ", expected >= 1");
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence = " + confidence + ", expected in (0, 1)");
        }
    }

    private static <T> List<T> distinct(String name, List<T> values, int least) {
        if (values.size() < least) {
            throw new IllegalArgumentException(name + " has " + values.size() + " entries, expected >= " + least);
        }
        if (new HashSet<>(values).size() != values.size()) {
            throw new IllegalArgumentException(name + " = " + values + ", expected no entry twice");
        }
        return List.copyOf(values);
    }

    /**
     * Runs of the search and of the comparison together.
     *
     * @return their number
     */
    public int runs() {
        int settings = settings().size();
        int search = settings > 1 ? settings * searchSeeds.size() : 0;
        return arms.size() * (search + seeds.size());
    }

    /** What an arm may choose from, in ascending order of rate, then of scale. */
    List<Setting> settings() {
        return learningRates.stream()
                .sorted()
                .flatMap(rate -> sigmas.stream().sorted().map(sigma -> new Setting(rate, sigma)))
                .toList();
    }
}
