namespace Microsoft.ML.Cnn.Tests.Training;

/// <summary>Optimizers on one number in double precision, written down from PyTorch's pseudocode.</summary>
internal static class OptimizerReference
{
    public static double[] Run(Optimizer optimizer, double parameter, double[] gradients, double rate)
    {
        double first = 0;
        double second = optimizer is AdaGrad adaGrad ? adaGrad.InitialAccumulator : 0;
        double velocity = 0;
        double[] course = new double[gradients.Length];
        for (int step = 1; step <= gradients.Length; step++)
        {
            double gradient = gradients[step - 1];
            switch (optimizer)
            {
                case Sgd sgd:
                    gradient += sgd.WeightDecay * parameter;
                    if (sgd.RateInVelocity)
                    {
                        // As in the paper, whose velocity has the sign of the step.
                        velocity = sgd.Momentum * velocity - rate * gradient;
                        parameter += sgd.Nesterov ? sgd.Momentum * velocity - rate * gradient : velocity;
                        break;
                    }

                    if (sgd.Momentum != 0)
                    {
                        velocity = step == 1 ? gradient : sgd.Momentum * velocity + gradient;
                        gradient = sgd.Nesterov ? gradient + sgd.Momentum * velocity : velocity;
                    }

                    parameter -= rate * gradient;
                    break;
                case Adam adam:
                    gradient += adam.WeightDecay * parameter;
                    parameter -= AdamStep(adam.Beta1, adam.Beta2, adam.Epsilon, gradient, step);
                    break;
                case AdamW adam:
                    parameter -= rate * adam.WeightDecay * parameter;
                    parameter -= AdamStep(adam.Beta1, adam.Beta2, adam.Epsilon, gradient, step);
                    break;
                case RMSProp rms:
                    gradient += rms.WeightDecay * parameter;
                    second = rms.Alpha * second + (1 - (double)rms.Alpha) * gradient * gradient;
                    first = rms.Alpha * first + (1 - (double)rms.Alpha) * gradient;
                    double spread = rms.Centered ? second - first * first : second;
                    velocity = rms.Momentum * velocity + gradient / (Math.Sqrt(spread) + rms.Epsilon);
                    parameter -= rate * velocity;
                    break;
                case AdaGrad ada:
                    gradient += ada.WeightDecay * parameter;
                    second += gradient * gradient;
                    parameter -= rate / (1 + (step - 1) * (double)ada.RateDecay) * gradient / (Math.Sqrt(second) + ada.Epsilon);
                    break;
                default:
                    throw new NotSupportedException();
            }

            course[step - 1] = parameter;
        }

        return course;

        double AdamStep(double beta1, double beta2, double epsilon, double gradient, int step)
        {
            first = beta1 * first + (1 - beta1) * gradient;
            second = beta2 * second + (1 - beta2) * gradient * gradient;
            double mean = first / (1 - Math.Pow(beta1, step));
            double square = second / (1 - Math.Pow(beta2, step));
            return rate * mean / (Math.Sqrt(square) + epsilon);
        }
    }
}
