"""`python -m tests.benchmarks`: run them all and print their tables."""

from tests.benchmarks import (
    attention_step,
    churn_step,
    convolution_step,
    frames,
    recurrent_step,
)

churn_step.main()
convolution_step.main()
recurrent_step.main()
attention_step.main()
frames.main()
