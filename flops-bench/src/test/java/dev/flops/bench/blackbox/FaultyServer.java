package dev.flops.bench.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The black box of {@link CountingBox} as a service on loopback, whose next requests go wrong as they are told to. */
final class FaultyServer implements AutoCloseable {
    /** Time that a slow answer takes, well below the client's timeout. */
    static final Duration SLOWNESS = Duration.ofMillis(200);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What happens to a request after it was read. */
    enum Fault {
        NONE,
        INTERNAL_ERROR,
        TOO_MANY_REQUESTS,
        RESET,
        RESET_IN_THE_BODY,
        SILENCE,
        SILENCE_IN_THE_BODY,
        DRIPPING_BODY,
        SLOW,
        NO_JSON,
        EMPTY,
        NO_LOSSES,
        TOO_FEW_LOSSES,
        NO_NUMBERS,
        BAD_REQUEST
    }

    FaultyServer(Fault... faults) throws IOException {
        this.faults.addAll(List.of(faults));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/losses", this::handle);
        server.start();
    }

    URI endpoint() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/losses");
    }

    /** Queries that arrived, those of repeated requests again. */
    int received() {
        return received.get();
    }

    /** Queries whose losses were sent in full. */
    int answered() {
        return answered.get();
    }

    /** Idempotency keys in order of arrival. */
    List<String> keys() {
        return List.copyOf(keys);
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode query = JSON.readTree(exchange.getRequestBody().readAllBytes());
        int count = query.get("examples").size();
        received.addAndGet(count);
        keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        Fault fault = faults.poll();
        switch (fault == null ? Fault.NONE : fault) {
            case NONE -> {
                answered.addAndGet(count);
                answer(exchange, 200, losses(query));
            }
            case INTERNAL_ERROR -> answer(exchange, 500, "down");
            case TOO_MANY_REQUESTS -> answer(exchange, 429, "");
            case RESET -> exchange.close();
            case RESET_IN_THE_BODY -> begin(exchange);
            case SILENCE -> waitForEnd();
            case SILENCE_IN_THE_BODY -> {
                begin(exchange);
                waitForEnd();
            }
            case DRIPPING_BODY -> {
                begin(exchange);
                drip(exchange);
            }
            case SLOW -> {
                waitFor(SLOWNESS);
                answered.addAndGet(count);
                answer(exchange, 200, losses(query));
            }
            case NO_JSON -> answer(exchange, 200, "{\"losses\": [1, ");
            case EMPTY -> answer(exchange, 200, "");
            case NO_LOSSES -> answer(exchange, 200, "{\"error\": \"busy\"}");
            case TOO_FEW_LOSSES -> answer(exchange, 200, "{\"losses\": []}");
            case NO_NUMBERS -> answer(exchange, 200, "{\"losses\": " + Collections.nCopies(count, "null") + "}");
            case BAD_REQUEST -> answer(exchange, 400, "no such example");
        }
        exchange.close();
    }

    private static String losses(JsonNode query) {
        List<Float> losses = new ArrayList<>();
        for (int q = 0; q < query.get("examples").size(); q++) {
            float[] point = new float[3];
            for (int i = 0; i < 3; i++) {
                point[i] = query.get("points").get(q).get(i).floatValue();
            }
            losses.add(CountingBox.loss(point, 0, query.get("examples").get(q).intValue()));
        }
        return "{\"losses\": " + losses + "}";
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static void begin(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
    }

    /** Never silent for long, never done. */
    private void drip(HttpExchange exchange) throws IOException {
        while (!waitFor(SLOWNESS)) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
        }
    }

    private void waitForEnd() {
        waitFor(Duration.ofMinutes(1));
    }

    /** Whether the server was closed meanwhile. */
    private boolean waitFor(Duration duration) {
        try {
            return closed.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
