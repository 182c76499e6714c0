namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>The sums over one batch that metrics are made of.</summary>
/// <param name="WeightedLoss">Sum of weight times loss.</param>
/// <param name="TotalWeight">Sum of weights.</param>
/// <param name="CorrectWeight">Sum of the weights of rows that are classified rightly.</param>
/// <param name="WeightedSquaredError">Sum of weight times the mean over the outputs of squared error times squared <see cref="PlanOptions.ErrorScales"/>, where labels are numbers.</param>
internal readonly record struct BatchResult(double WeightedLoss, double TotalWeight, double CorrectWeight, double WeightedSquaredError = 0);
