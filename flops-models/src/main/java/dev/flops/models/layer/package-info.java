/**
 * Layers. Each declares its parameters and perturbation sites when it is made, and announces its output when it runs;
 * none knows an estimator.
 */
package dev.flops.models.layer;
