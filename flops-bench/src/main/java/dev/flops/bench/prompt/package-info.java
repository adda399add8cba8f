/**
 * Visual prompts in front of a frozen model that can only be queried: digits, the reader of text, prompts, and their training
 * by forward evaluations.
 *
 * <p>References: Oh et al., <em>BlackVIP: Black-Box Visual Prompting for Robust Transfer Learning</em>, CVPR 2023; Bahng et al.,
 * <em>Exploring Visual Prompts for Adapting Large-Scale Models</em>, arXiv:2203.17274, 2022.
 */
@NullMarked
package dev.flops.bench.prompt;

import org.jspecify.annotations.NullMarked;
