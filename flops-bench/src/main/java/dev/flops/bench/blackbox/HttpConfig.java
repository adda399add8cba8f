package dev.flops.bench.blackbox;

import java.net.URI;
import java.time.Duration;

/**
 * How a service is asked.
 *
 * @param endpoint where requests are posted
 * @param queriesPerRequest most queries in one request, at least 1
 * @param cap most queries in all requests together, those of repeated requests counted again, at least 1
 * @param attempts times that a request is sent before it counts as failed, at least 1
 * @param timeout time that one attempt may take, connecting included, positive
 * @param firstDelay mean time before the second attempt, about; it doubles from attempt to attempt, positive
 * @param longestDelay bound of the delay, at least {@code firstDelay}
 * @param queriesPerSecond rate that is not exceeded on average, positive; infinite for no limit
 * @param seed seed of the jitter of the delays
 */
public record HttpConfig(
        URI endpoint,
        int queriesPerRequest,
        long cap,
        int attempts,
        Duration timeout,
        Duration firstDelay,
        Duration longestDelay,
        double queriesPerSecond,
        long seed) {
    /** Checks the ranges. */
    public HttpConfig {
        QueryChecks.requireAtLeastOne("queriesPerRequest", queriesPerRequest);
        QueryChecks.requireAtLeastOne("cap", cap);
        QueryChecks.requireAtLeastOne("attempts", attempts);
        requirePositive("timeout", timeout);
        requirePositive("firstDelay", firstDelay);
        if (longestDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "longestDelay = " + longestDelay + ", expected >= firstDelay = " + firstDelay);
        }
        if (!(queriesPerSecond > 0)) {
            throw new IllegalArgumentException("queriesPerSecond = " + queriesPerSecond + ", expected > 0");
        }
    }

    /**
     * Five attempts of at most 30 s, delays of about 0.5, 1, 2 and 4 s, 64 queries a request, no limit of the rate.
     *
     * @param endpoint where requests are posted
     * @param cap most queries in all requests together
     * @return the configuration
     */
    public static HttpConfig of(URI endpoint, long cap) {
        return new HttpConfig(
                endpoint,
                64,
                cap,
                5,
                Duration.ofSeconds(30),
                Duration.ofMillis(500),
                Duration.ofSeconds(30),
                Double.POSITIVE_INFINITY,
                1);
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " = " + value + ", expected > 0");
        }
    }
}
