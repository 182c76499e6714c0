namespace Microsoft.ML.Cnn.Kernels;

/// <summary>What a loss sums over rows; sums of slices are added in their order.</summary>
/// <param name="Loss">Sum of weight * loss.</param>
/// <param name="CorrectWeight">Sum of the weights of labels that are predicted.</param>
/// <param name="SquaredError">Sum of weight * (scale * (x - t))^2, where labels are numbers and scales as the loss is told; of several outputs the mean.</param>
internal readonly record struct LossSums(double Loss, double CorrectWeight, double SquaredError = 0)
{
    public static LossSums operator +(LossSums left, LossSums right) =>
        new(left.Loss + right.Loss, left.CorrectWeight + right.CorrectWeight, left.SquaredError + right.SquaredError);
}
