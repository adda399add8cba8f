package dev.flops.bench.blackbox;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.flops.api.Objective;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A black box whose answers are written down before they are used. A query that the journal knows is answered from it and costs
 * nothing; the others are asked, a bounded number at a time, so that a failure loses at most the answers of one call. A run is a
 * function of its answers: repeated with the journal of a run that failed, it asks what that one asked, pays only for what was
 * never answered, and ends as that one would have. That holds for black boxes that answer the same question differently each
 * time, too: the k-th asking of a query in a run gets the k-th answer of the journal.
 *
 * <p>The key of a query is half of the SHA-256 of its parameters, as float bits, and its example. Not safe for use by several
 * threads at once.
 */
public final class JournaledObjective implements Objective {
    private static final int KEY_DIGITS = 32;

    private final Objective inner;
    private final QueryJournal journal;
    private final int queriesPerCall;
    private final Map<String, Integer> asked = new HashMap<>();
    private long replayed;

    /**
     * Puts a journal before a black box.
     *
     * @param inner the black box
     * @param journal modified: receives what is paid for
     * @param queriesPerCall most queries in one call of the black box, at least 1
     */
    public JournaledObjective(Objective inner, QueryJournal journal, int queriesPerCall) {
        QueryChecks.requireAtLeastOne("queriesPerCall", queriesPerCall);
        this.inner = inner;
        this.journal = journal;
        this.queriesPerCall = queriesPerCall;
    }

    @Override
    public int dimension() {
        return inner.dimension();
    }

    @Override
    public int examples() {
        return inner.examples();
    }

    /**
     * Queries paid for, in this run and those before it.
     *
     * @return their number
     */
    public long paid() {
        return journal.size();
    }

    /**
     * Queries of this run that the journal answered.
     *
     * @return their number
     */
    public long replayed() {
        return replayed;
    }

    /**
     * {@inheritDoc}
     *
     * @throws BlackBoxException as the black box throws it; what it answered before is in the journal
     * @throws UncheckedIOException if the journal cannot be written
     */
    @Override
    public void evaluate(float[] points, int[] examples, float[] losses) {
        QueryChecks.requireQueries(this, points, examples, losses);
        String[] keys = new String[losses.length];
        int[] missing = new int[losses.length];
        int count = 0;
        Map<String, Integer> times = new HashMap<>();
        for (int q = 0; q < losses.length; q++) {
            keys[q] = key(points, q, examples[q]);
            int time = asked.getOrDefault(keys[q], 0) + times.merge(keys[q], 1, Integer::sum) - 1;
            @Nullable Float known = journal.loss(keys[q], time);
            if (known == null) {
                missing[count++] = q;
            } else {
                losses[q] = known;
            }
        }
        for (int first = 0; first < count; first += queriesPerCall) {
            int[] queries = Arrays.copyOfRange(missing, first, Math.min(count, first + queriesPerCall));
            ask(queries, keys, points, examples, losses);
        }
        times.forEach((key, number) -> asked.merge(key, number, Integer::sum));
        replayed += losses.length - count;
    }

    private void ask(int[] queries, String[] keys, float[] points, int[] examples, float[] losses) {
        int d = dimension();
        float[] askedPoints = new float[queries.length * d];
        int[] askedExamples = new int[queries.length];
        for (int row = 0; row < queries.length; row++) {
            System.arraycopy(points, queries[row] * d, askedPoints, row * d, d);
            askedExamples[row] = examples[queries[row]];
        }
        float[] answers = new float[queries.length];
        inner.evaluate(askedPoints, askedExamples, answers);
        List<QueryJournal.Entry> entries = new ArrayList<>();
        for (int row = 0; row < queries.length; row++) {
            losses[queries[row]] = answers[row];
            entries.add(new QueryJournal.Entry(keys[queries[row]], answers[row]));
        }
        try {
            journal.append(entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String key(float[] points, int query, int example) {
        int d = dimension();
        Hasher hasher = Hashing.sha256().newHasher(4 * d + 4);
        for (int i = query * d; i < (query + 1) * d; i++) {
            hasher.putInt(Float.floatToRawIntBits(points[i]));
        }
        return hasher.putInt(example).hash().toString().substring(0, KEY_DIGITS);
    }
}
