package dev.flops.bench.prompt;

import dev.flops.alloc.train.Evaluation;
import dev.flops.api.Objective;
import dev.flops.tensor.Workers;

/**
 * Digits behind a prompt and in front of a frozen classifier, as a black box: a query is one forward of one picture. The loss of a
 * picture with scores s and label y is
 *
 * <pre>
 *   ℓ = −log((s_y + ε) / Σ_d (s_d + ε)),   ε = {@value #FLOOR}
 * </pre>
 *
 * The floor bounds it: a picture in which the model sees no digit at all costs log 10, not infinity.
 */
public final class PromptedDigits implements Objective {
    private static final double FLOOR = 1e-3;

    /** Pictures that share a call of the classifier; part of the result, for kernels may differ by the number of rows. */
    private static final int ROWS = 8;

    private final VisualPrompt prompt;
    private final Digits digits;
    private final DigitScorer scorer;
    private final Workers workers;

    /**
     * A black box.
     *
     * @param prompt what its parameters mean
     * @param digits the pictures
     * @param scorer the frozen classifier
     * @param workers run independent calls; they change no result
     */
    public PromptedDigits(VisualPrompt prompt, Digits digits, DigitScorer scorer, Workers workers) {
        this.prompt = prompt;
        this.digits = digits;
        this.scorer = scorer;
        this.workers = workers;
    }

    @Override
    public int dimension() {
        return prompt.dimension();
    }

    @Override
    public int examples() {
        return digits.size();
    }

    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        float[] scores = scores(points, prompt.dimension(), examples);
        for (int q = 0; q < losses.length; q++) {
            losses[q] = (float) loss(scores, q * Digits.CLASSES, digits.label(examples[q]));
        }
    }

    /**
     * Accuracy and mean loss over all digits; no query of a training.
     *
     * @param point a parameter vector, not modified
     * @return the evaluation
     */
    public Evaluation evaluation(float[] point) {
        int[] all = new int[digits.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        float[] scores = scores(point, 0, all);
        int right = 0;
        double loss = 0;
        for (int i : all) {
            loss += loss(scores, i * Digits.CLASSES, digits.label(i));
            if (largest(scores, i * Digits.CLASSES) == digits.label(i)) {
                right++;
            }
        }
        return new Evaluation((double) right / all.length, loss / all.length, all.length);
    }

    /** Scores of pictures; row q is prompted with the vector that begins at q · stride. */
    private float[] scores(float[] points, int stride, int[] examples) {
        float[] scores = new float[examples.length * Digits.CLASSES];
        workers.forEach((examples.length + ROWS - 1) / ROWS, (worker, index) -> {
            int first = index * ROWS;
            int rows = Math.min(ROWS, examples.length - first);
            float[] pictures = new float[rows * Digits.PIXELS];
            float[] prompted = new float[Digits.PIXELS];
            for (int row = 0; row < rows; row++) {
                prompt.apply(points, (first + row) * stride, digits.picture(examples[first + row]), prompted);
                System.arraycopy(prompted, 0, pictures, row * Digits.PIXELS, Digits.PIXELS);
            }
            float[] found = new float[rows * Digits.CLASSES];
            scorer.score(pictures, rows, found);
            System.arraycopy(found, 0, scores, first * Digits.CLASSES, found.length);
        });
        return scores;
    }

    private static double loss(float[] scores, int offset, int label) {
        double sum = 0;
        for (int digit = 0; digit < Digits.CLASSES; digit++) {
            sum += scores[offset + digit] + FLOOR;
        }
        return -StrictMath.log((scores[offset + label] + FLOOR) / sum);
    }

    private static int largest(float[] scores, int offset) {
        int best = 0;
        for (int digit = 1; digit < Digits.CLASSES; digit++) {
            if (scores[offset + digit] > scores[offset + best]) {
                best = digit;
            }
        }
        return best;
    }
}
