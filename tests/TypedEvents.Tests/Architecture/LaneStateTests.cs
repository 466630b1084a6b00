using System.Reflection;

namespace TypedEvents.Tests;

/// <summary>One class decides what a response changes, and so one class changes the state of the lanes.</summary>
public sealed class LaneStateTests
{
    private const byte Call = 0x28;
    private const byte CallVirtual = 0x6F;

    private static readonly Type[] States = [typeof(LaneState), typeof(QuarantinedEvent)];
    private static readonly Type[] Owners = [typeof(DeliveryPolicy), .. States];

    [Fact]
    public void Only_the_policy_changes_the_state_of_a_lane() =>
        Assert.Empty(
            from type in typeof(LaneState).Assembly.GetTypes()
            where !Owners.Contains(Outermost(type))
            from method in MethodsOf(type)
            from called in CalledBy(method)
            where IsChange(called)
            select $"{type}.{method.Name} calls {called.DeclaringType!.Name}.{called.Name}");

    [Fact]
    public void The_policy_is_seen_to_change_it() =>
        Assert.Contains(MethodsOf(typeof(DeliveryPolicy)).SelectMany(CalledBy), IsChange);

    private static bool IsChange(MethodBase called) =>
        called is MethodInfo { IsStatic: false } method && States.Contains(method.DeclaringType) && method.ReturnType == typeof(void);

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return [.. type.GetMethods(All), .. type.GetConstructors(All)];
    }

    /// <summary>What the instructions of a method call. A byte that isn't an instruction may look like one, but then names no method.</summary>
    private static IEnumerable<MethodBase> CalledBy(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + sizeof(int) < code.Length; i++)
        {
            if (code[i] is Call or CallVirtual && Find(method.Module, BitConverter.ToInt32(code, i + 1)) is { } called)
            {
                yield return called;
            }
        }
    }

    /// <summary>A method of the assembly itself, which is no generic one.</summary>
    private static MethodBase? Find(Module module, int token)
    {
        const int MethodTable = 0x06;
        try
        {
            return token >> 24 == MethodTable ? module.ResolveMethod(token) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
