using System.Reflection;

namespace Microsoft.ML.Cnn.Tests.Architecture;

/// <summary>What of types is not fit to be shown to users.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] InnerNamespaces = ["Microsoft.ML.Cnn.Kernels", "Microsoft.ML.Cnn.Tensors", "Microsoft.ML.Cnn.Interop"];

    /// <summary>One line for each type in an inner namespace and for each member that shows a pointer or such a type.</summary>
    public static IEnumerable<string> Unfit(IEnumerable<Type> types)
    {
        foreach (Type type in types)
        {
            if (IsInner(type))
            {
                yield return $"{type} is public in an inner namespace";
            }
            foreach (MemberInfo member in type.GetMembers(Declared))
            {
                foreach (
                    Type unfit in Shown(member)
                        .SelectMany(Parts)
                        .Where(shown => shown.IsPointer || shown.IsFunctionPointer || IsInner(shown))
                )
                {
                    yield return $"{type}.{member.Name} shows {unfit}";
                }
            }
        }
    }

    private static bool IsInner(Type type) =>
        InnerNamespaces.Any(inner => type.Namespace == inner || type.Namespace?.StartsWith(inner + ".", StringComparison.Ordinal) == true);

    private static IEnumerable<Type> Shown(MemberInfo member) =>
        member switch
        {
            MethodInfo method when IsSeen(method) => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType),
            ConstructorInfo constructor when IsSeen(constructor) => constructor.GetParameters().Select(p => p.ParameterType),
            FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => [field.FieldType],
            _ => [],
        };

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>A type and all it is made of: its elements and type arguments.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        (type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts)).Append(type);
}
