package dev.flops.bench.blackbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import com.google.common.util.concurrent.RateLimiter;
import dev.flops.api.Objective;
import dev.flops.api.RandomKey;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A service over HTTP as a black box. A request posts queries, the answer holds their losses in the same order:
 *
 * <pre>
 *   POST endpoint    {"points": [[0.1, -0.2, ...], ...], "examples": [17, ...]}
 *   200              {"losses": [1.25, ...]}
 * </pre>
 *
 * What may pass is tried again, after a delay that doubles and is jittered: a connection that breaks, an attempt that takes too
 * long, the status 408, 425, 429 or any 5xx, an answer that is not such a document. Any other status is an error at once. An answer
 * counts as a whole or not at all. Every attempt of a request carries the same {@code Idempotency-Key}, so that a service can
 * tell a repetition and not bill it twice.
 *
 * <p>The queries of all attempts together never exceed the cap. Put a {@link JournaledObjective} before it, with at most
 * {@code queriesPerRequest} queries per call, and no answer is ever lost. Not safe for use by several threads at once.
 */
public final class HttpObjective implements Objective, AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int OK = 200;

    private final int dimension;
    private final int examples;
    private final HttpConfig config;
    private final HttpClient client;
    private final Pause pause;
    private final @Nullable RateLimiter limiter;
    private final RandomKey jitter;
    private long answered;
    private long sent;
    private int requests;
    private long failures;

    /** Waits; another than sleeping is for tests. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** An attempt that failed; another may succeed. */
    private static final class PassingFailure extends Exception {
        private static final long serialVersionUID = 1;

        PassingFailure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * A client of a service.
     *
     * @param dimension length of a parameter vector d, at least 1
     * @param examples number of examples, at least 1
     * @param config how it is asked
     */
    public HttpObjective(int dimension, int examples, HttpConfig config) {
        this(dimension, examples, config, Thread::sleep);
    }

    @SuppressWarnings("UnstableApiUsage") // RateLimiter is marked as beta since 2012.
    HttpObjective(int dimension, int examples, HttpConfig config, Pause pause) {
        QueryChecks.requireAtLeastOne("dimension", dimension);
        QueryChecks.requireAtLeastOne("examples", examples);
        this.dimension = dimension;
        this.examples = examples;
        this.config = config;
        this.pause = pause;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.timeout())
                .build();
        this.limiter =
                Double.isInfinite(config.queriesPerSecond()) ? null : RateLimiter.create(config.queriesPerSecond());
        this.jitter = RandomKey.ofSeed(config.seed());
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int examples() {
        return examples;
    }

    /**
     * What was asked so far.
     *
     * @return exact counts
     */
    public HttpSpending spending() {
        return new HttpSpending(answered, sent, requests, failures);
    }

    /**
     * {@inheritDoc}
     *
     * @throws BlackBoxException if the service refuses a request, fails every attempt, or the cap does not pay for an attempt
     */
    @Override
    public void evaluate(float[] points, int[] asked, float[] losses) {
        QueryChecks.requireQueries(this, points, asked, losses);
        for (int first = 0; first < losses.length; first += config.queriesPerRequest()) {
            int count = Math.min(config.queriesPerRequest(), losses.length - first);
            float[] answer = answer(body(points, asked, first, count), count);
            System.arraycopy(answer, 0, losses, first, count);
            answered += count;
        }
    }

    private String body(float[] points, int[] asked, int first, int count) {
        ObjectNode document = JSON.createObjectNode();
        ArrayNode rows = document.putArray("points");
        ArrayNode indices = document.putArray("examples");
        for (int q = first; q < first + count; q++) {
            ArrayNode row = rows.addArray();
            for (int i = 0; i < dimension; i++) {
                row.add(points[q * dimension + i]);
            }
            indices.add(asked[q]);
        }
        return document.toString();
    }

    private float[] answer(String body, int count) {
        HttpRequest request = HttpRequest.newBuilder(config.endpoint())
                .header("Content-Type", "application/json")
                .header(
                        "Idempotency-Key",
                        Hashing.sha256()
                                .hashString(body, StandardCharsets.UTF_8)
                                .toString())
                .timeout(config.timeout())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(request, count);
            } catch (PassingFailure e) {
                failures++;
                if (attempt == config.attempts()) {
                    throw new BlackBoxException(
                            config.endpoint() + " failed " + attempt + " times, the last time: " + e.getMessage()
                                    + "; what was answered is kept by a journal, and the same run goes on from it",
                            e);
                }
                waitFor(delay(attempt));
            }
        }
    }

    /** firstDelay · 2^(attempt − 1), at most longestDelay, times a number in [½, 1). */
    private Duration delay(int attempt) {
        double doubled = (double) config.firstDelay().toNanos() * StrictMath.pow(2, attempt - 1);
        double bounded = Math.min(doubled, (double) config.longestDelay().toNanos());
        return Duration.ofNanos((long) (bounded * (1 + jitter.uniform(requests, attempt)) / 2));
    }

    private void waitFor(Duration delay) {
        try {
            pause.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlackBoxException("interrupted while waiting for " + config.endpoint(), e);
        }
    }

    private float[] attempt(HttpRequest request, int count) throws PassingFailure {
        if (sent + count > config.cap()) {
            throw new BlackBoxException(
                    "a request of " + count + " queries after " + sent + " were sent, expected at most " + config.cap()
                            + " in all: it was not sent; a higher cap goes on from the journal",
                    null);
        }
        if (limiter != null) {
            limiter.acquire(count);
        }
        sent += count;
        requests++;
        return losses(send(request), count);
    }

    /** The timeout of a request ends with the headers of its answer; this one bounds the body, too. */
    private HttpResponse<String> send(HttpRequest request) throws PassingFailure {
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        try {
            return answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new PassingFailure("no answer within " + config.timeout(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new PassingFailure(cause.toString(), cause);
            }
            throw new BlackBoxException(config.endpoint() + " cannot be asked: " + e.getCause(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new BlackBoxException("interrupted while waiting for " + config.endpoint(), e);
        }
    }

    private float[] losses(HttpResponse<String> response, int count) throws PassingFailure {
        int status = response.statusCode();
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            throw new PassingFailure("status " + status, null);
        }
        if (status != OK) {
            throw new BlackBoxException(
                    config.endpoint() + " refused the request: status " + status + ", expected " + OK + ": "
                            + response.body().lines().findFirst().orElse(""),
                    null);
        }
        try {
            JsonNode losses = JSON.readTree(response.body()).path("losses");
            if (!losses.isArray() || losses.size() != count) {
                throw new PassingFailure("an answer without " + count + " losses", null);
            }
            float[] values = new float[count];
            for (int q = 0; q < count; q++) {
                if (!losses.get(q).isNumber()) {
                    throw new PassingFailure("losses[" + q + "] = " + losses.get(q) + ", expected a number", null);
                }
                values[q] = losses.get(q).floatValue();
            }
            return values;
        } catch (JsonProcessingException e) {
            throw new PassingFailure("an answer that is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
