package dev.flops.bench.blackbox;

/**
 * What a service was asked. Between {@code answered} and {@code sent} lies what it may have billed: an attempt that failed may
 * have been worked on, or not.
 *
 * @param answered queries whose losses came back, each once
 * @param sent queries in all requests, those of repeated requests counted again
 * @param requests requests sent
 * @param failures requests that brought no losses
 */
public record HttpSpending(long answered, long sent, long requests, long failures) {}
