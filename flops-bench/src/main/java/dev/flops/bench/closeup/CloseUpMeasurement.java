package dev.flops.bench.closeup;

import dev.flops.alloc.train.EpochSampler;
import dev.flops.alloc.train.Trainer;
import dev.flops.alloc.train.Trial;
import dev.flops.api.Parameters.Parameter;
import dev.flops.api.RandomKey;
import dev.flops.bench.closeup.CloseUp.Allocated;
import dev.flops.bench.closeup.CloseUp.Cosine;
import dev.flops.bench.task.TaskConfig;
import dev.flops.bench.task.TaskParts;
import dev.flops.bench.task.TrainingTask;
import dev.flops.models.reference.Backpropagation;
import dev.flops.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Measures a {@link CloseUp}. */
public final class CloseUpMeasurement {
    /** Samples per example of the cosines. */
    private static final List<Integer> BUDGETS = List.of(1, 2, 4, 8, 16);

    private static final int BATCHES = 3;
    private static final int REPEATS = 4;

    private final TaskConfig config;
    private final TaskParts parts;
    private final Trainer trainer;
    private final Backpropagation reference;
    private final List<int[]> batches = new ArrayList<>();
    private final RandomKey key;

    /**
     * A measurement of a task that has run. Its queries are counted nowhere, and nothing that the task has returned changes.
     *
     * @param task the task
     * @param workers run independent work; they change no result
     */
    public CloseUpMeasurement(TrainingTask task, Workers workers) {
        this.config = task.config();
        this.parts = task.parts();
        this.trainer = task.trainer();
        this.reference = new Backpropagation(parts.network(), parts.ops(), workers);
        // Batches and noise of their own: not those of the training.
        this.key = RandomKey.ofSeed(config.seed()).fold(BATCHES, REPEATS);
        EpochSampler sampler =
                new EpochSampler(parts.train().size(), config.batch(), key.forPurpose(RandomKey.Purpose.SAMPLING));
        for (int b = 0; b < BATCHES; b++) {
            batches.add(sampler.batch(b).clone());
        }
    }

    /**
     * Looks at what the task has learned.
     *
     * @return allocations, and cosines with the true gradient
     */
    public CloseUp measure() {
        List<Cosine> cosines = new ArrayList<>();
        for (int budget : BUDGETS) {
            if (budget >= trainer.minimumSamples()) {
                cosines.add(cosine(budget));
            }
        }
        return new CloseUp(allocations(), cosines);
    }

    private Cosine cosine(int samplesPerExample) {
        double sum = 0;
        long queries = 0;
        for (int b = 0; b < BATCHES; b++) {
            float[] truth = truth(batches.get(b));
            for (int r = 0; r < REPEATS; r++) {
                Trial trial = trainer.trial(batches.get(b), samplesPerExample, key, r);
                sum += cosine(trial.estimate().gradient(), truth);
                queries += trial.queries();
            }
        }
        int estimates = BATCHES * REPEATS;
        return new Cosine(samplesPerExample, queries / estimates, sum / estimates);
    }

    private List<Allocated> allocations() {
        int[] examples = batches.getFirst();
        int samples = Math.max(config.budget().samplesPerExample(), trainer.minimumSamples());
        double[] given = new double[examples.length];
        for (int r = 0; r < REPEATS; r++) {
            Trial trial = trainer.trial(examples, samples, key, r);
            for (int i = 0; i < given.length; i++) {
                given[i] += (double) trial.allocation().samples(i) / REPEATS;
            }
        }
        List<Allocated> rows = new ArrayList<>();
        float[] gradient = new float[parts.trained().dimension()];
        for (int i = 0; i < given.length; i++) {
            double loss = reference.gradientInto(parts.train(), new int[] {examples[i]}, gradient);
            rows.add(new Allocated(loss, given[i]));
        }
        rows.sort(Comparator.comparingDouble(Allocated::loss));
        return rows;
    }

    /** The gradient of a batch by the reference, 0 where nothing is trained. */
    private float[] truth(int[] examples) {
        float[] gradient = new float[parts.trained().dimension()];
        reference.gradientInto(parts.train(), examples, gradient);
        for (Parameter p : parts.trained().list()) {
            if (!p.trainable()) {
                Arrays.fill(gradient, p.offset(), p.offset() + p.length(), 0f);
            }
        }
        return gradient;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squareA = 0;
        double squareB = 0;
        for (int d = 0; d < a.length; d++) {
            product += (double) a[d] * b[d];
            squareA += (double) a[d] * a[d];
            squareB += (double) b[d] * b[d];
        }
        return product == 0 ? 0 : product / StrictMath.sqrt(squareA * squareB);
    }
}
