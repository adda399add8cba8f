package dev.flops.models.data;

import dev.flops.api.LabelledExamples;
import dev.flops.api.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Splits of a data set that treat every class alike. */
public final class ClassSplit {
    private ClassSplit() {}

    /**
     * A few examples of each class, chosen at random: those with the smallest of the numbers
     * {@code key.fold(k, 0).uniform(0, i)} of example i of class k. Every choice has the same probability.
     *
     * @param examples the set
     * @param shots examples per class, at least 1
     * @param key key of the choice
     * @return shots · classes examples in their order
     * @throws IllegalArgumentException if a class has too few
     */
    public static ExampleSubset fewShot(LabelledExamples examples, int shots, RandomKey key) {
        if (shots < 1) {
            throw new IllegalArgumentException("shots = " + shots + ", expected >= 1");
        }
        List<Integer> chosen = new ArrayList<>();
        List<List<Integer>> members = members(examples);
        for (int k = 0; k < members.size(); k++) {
            List<Integer> all = members.get(k);
            if (all.size() < shots) {
                throw new IllegalArgumentException("shots = " + shots + ", expected at most " + all.size()
                        + ", the number of examples of class " + k);
            }
            RandomKey own = key.fold(k, 0);
            all.sort(Comparator.<Integer>comparingDouble(i -> own.uniform(0, i)).thenComparing(i -> i));
            chosen.addAll(all.subList(0, shots));
        }
        return subset(examples, chosen);
    }

    /**
     * Every n-th example of each class, in order: the n-th, the 2n-th, and so on.
     *
     * @param examples the set
     * @param n at least 2; each class must have so many examples
     * @return the examples in their order
     * @throws IllegalArgumentException if a class has fewer than n
     */
    public static ExampleSubset everyNth(LabelledExamples examples, int n) {
        return nth(examples, n, true);
    }

    /**
     * All but every n-th example of each class: what {@link #everyNth} leaves.
     *
     * @param examples the set
     * @param n at least 2; each class must have so many examples
     * @return the examples in their order
     * @throws IllegalArgumentException if a class has fewer than n
     */
    public static ExampleSubset allButEveryNth(LabelledExamples examples, int n) {
        return nth(examples, n, false);
    }

    private static ExampleSubset nth(LabelledExamples examples, int n, boolean kept) {
        if (n < 2) {
            throw new IllegalArgumentException("n = " + n + ", expected >= 2");
        }
        List<Integer> chosen = new ArrayList<>();
        List<List<Integer>> members = members(examples);
        for (int k = 0; k < members.size(); k++) {
            List<Integer> all = members.get(k);
            if (all.size() < n) {
                throw new IllegalArgumentException(
                        "n = " + n + ", expected at most " + all.size() + ", the number of examples of class " + k);
            }
            for (int i = 0; i < all.size(); i++) {
                if ((i % n == n - 1) == kept) {
                    chosen.add(all.get(i));
                }
            }
        }
        return subset(examples, chosen);
    }

    /** The examples of each class, in order. */
    private static List<List<Integer>> members(LabelledExamples examples) {
        List<List<Integer>> members = new ArrayList<>();
        for (int k = 0; k < examples.classes(); k++) {
            members.add(new ArrayList<>());
        }
        for (int i = 0; i < examples.size(); i++) {
            members.get(examples.label(i)).add(i);
        }
        return members;
    }

    private static ExampleSubset subset(LabelledExamples examples, List<Integer> chosen) {
        return ExampleSubset.of(
                examples, chosen.stream().mapToInt(Integer::intValue).sorted().toArray());
    }
}
