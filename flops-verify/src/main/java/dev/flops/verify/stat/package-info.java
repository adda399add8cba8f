/**
 * Statistical assertions with declared error rates.
 */
package dev.flops.verify.stat;
