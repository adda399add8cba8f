/**
 * Problems whose gradients and variances are known in closed form.
 */
package dev.flops.verify.problem;
